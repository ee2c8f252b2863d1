import type { Frame, WidgetData } from "../frame.ts";
import type { WidgetLayout } from "../layout.ts";
import type { Announcer } from "./announcer.ts";
import type { Tooltip } from "./tooltip.ts";

/** What all cards share. */
export interface Shared {
  readonly announcer: Announcer;
  readonly tooltip: Tooltip;
}

/** What shows the data of one kind of widget. */
export interface Content<D extends WidgetData = WidgetData> {
  readonly element: HTMLElement;
  update(data: D, frame: Frame): void;
  /** The colors are others now. */
  restyle?(): void;
  close?(): void;
}

/** Makes the content of a kind of widget. */
export type MakeContent<D extends WidgetData> = (layout: WidgetLayout, shared: Shared, id: string) => Content<D>;
