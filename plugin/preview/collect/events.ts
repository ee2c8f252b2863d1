import type { Report } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";

/** An event of the check. */
export interface KeptEvent {
  readonly time: number;
  readonly title: string;
  readonly text: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** Events that are kept at most. */
const MOST_EVENTS = 500;

/** The events that came, the oldest first. */
export class Events {
  readonly all: KeptEvent[] = [];

  constructor(private readonly host: string) {}

  add(report: Pick<Report, "events">, now: number): void {
    for (const { msg_title, msg_text, tags } of report.events) {
      const map = new Map([["host", this.host]]);
      for (const tag of tags) {
        const at = tag.indexOf(":");
        if (at > 0) map.set(tag.slice(0, at).toLowerCase(), tag.slice(at + 1));
      }
      this.all.push({ time: now, title: oneLine(msg_title), text: oneLine(msg_text), tags: map });
    }
    this.all.splice(0, this.all.length - MOST_EVENTS);
  }

  forget(before: number): void {
    const first = this.all.findIndex(({ time }) => time >= before);
    this.all.splice(0, first === -1 ? this.all.length : first);
  }
}
