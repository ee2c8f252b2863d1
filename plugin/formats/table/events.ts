import type { Event } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import { tagsWithout } from "../common_tags.ts";
import { paragraph, type Screen, section, wrapped } from "./layout.ts";
import type { InstanceMemory } from "./memory.ts";
import { exact } from "./values.ts";

/** The events of a round, and the last ones of the rounds before. */
export function eventLines(
  events: readonly Event[],
  common: readonly string[],
  memory: InstanceMemory,
  screen: Screen,
): string[] {
  const before = [...memory.events];
  for (const { msg_title: title, msg_text: text } of events) memory.event(`${oneLine(title)}: ${oneLine(text)}`);
  const now = events.flatMap(({ msg_title: title, msg_text: text, tags }) => {
    const [mark, tone] = memory.isKnown ? ["+  ", "strong" as const] : ["", undefined];
    return [
      ...paragraph(`${mark}${oneLine(title)}`, { indent: 4 - mark.length, hang: 4, tone }, screen),
      ...paragraph(oneLine(text), { indent: 6 }, screen),
      ...wrapped(tagsWithout(tags, common), "  ", { indent: 6, tone: "faint" }, screen),
    ];
  });
  const earlier = before.flatMap(([timeMs, text]) => {
    const time = new Date(timeMs).toISOString().slice(11, 19);
    return paragraph(`${time} ${text}`, { indent: 4, hang: 13, tone: "faint" }, screen);
  });
  if (now.length + earlier.length === 0) return [];
  return [
    ...section(`Events (${exact(events.length)}${earlier.length > 0 ? ", and before" : ""})`, screen),
    ...now,
    ...earlier,
  ];
}
