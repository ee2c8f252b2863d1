import type { Frame } from "./frame.ts";
import type { History } from "./collect/mod.ts";
import { partsOf, withFineEnd } from "./parts.ts";
import type { View } from "./view.ts";
import { marksOf } from "./widgets/events.ts";
import { type Context, monitorsNow, widgetData } from "./widgets/mod.ts";

/** The shortest range, in seconds: what was seen so far may be a moment. */
const LEAST_SECONDS = 60;
/** Values of a template variable that are offered at most. */
const MOST_VALUES = 500;

/** What a view shows now. */
export function makeFrame(history: History, { name, range, variables }: View): Frame {
  const { now, since, options: { dashboards, interval, catalogue } } = history;
  const seen = Math.max(LEAST_SECONDS, now - since);
  // Charts that are empty up to the first run would hide what there is.
  const seconds = range === 0 ? seen : Math.min(range, seen);
  const { parts, width } = partsOf(now, seconds, interval);
  const context: Context = { history, parts, fineParts: withFineEnd(parts, interval), variables, catalogue };
  const dashboard = dashboards.find(({ key }) => key === name);
  const widgets = dashboard?.groups.flatMap(({ widgets }) => widgets) ?? [];
  return {
    view: name,
    now,
    since,
    interval,
    width,
    times: parts.map(({ to }) => to),
    targets: history.targets.all,
    variables: Object.fromEntries((dashboard?.variables ?? []).map((name) => [name, valuesOf(name, history)])),
    widgets: widgets.map(({ widget }) => widgetData(widget, context)),
    marks: marksOf(context),
    monitors: name === "monitors" ? monitorsNow(context) : [],
  };
}

const natural = new Intl.Collator("en", { numeric: true }).compare;

/** The values that a tag has. */
function valuesOf(tag: string, { points }: History): string[] {
  const values = new Set<string>();
  for (const all of [...points.series.values(), ...points.checks.values()]) {
    for (const { tags } of all) {
      const value = tags.get(tag);
      if (value !== undefined && values.size < MOST_VALUES) values.add(value);
    }
  }
  return [...values].sort(natural);
}
