import type { History } from "./collect/mod.ts";
import type { Layout } from "./layout.ts";
import { makeFrame } from "./make_frame.ts";
import { pageHtml, type PageParts } from "./server/page.ts";
import type { View } from "./view.ts";

/** The page with what it shows now, which needs no server: the view first, then the others as they would be chosen. */
export function exportedPage(history: History, layout: Layout, parts: PageParts, view: View): string {
  const others = layout.views.map(({ name }) => name).filter((name) => name !== view.name);
  const frames = [view, ...others.map((name) => ({ ...view, name }))].map((one) => makeFrame(history, one));
  return pageHtml(parts, layout, frames);
}
