import type { CheckTiles } from "../../assets/mod.ts";
import type { Statuses } from "../../assets/evaluate/mod.ts";
import type { CheckData, Course, Empty, Tile } from "../frame.ts";
import { type Context, spanOf, staleSince } from "./context.ts";
import { whyNoSource } from "./why.ts";

/** Tiles that are sent at most, the worst ones. */
const MOST_TILES = 200;
/** How bad OK, WARNING, CRITICAL and UNKNOWN are. */
const BADNESS = [0, 2, 3, 1];
const badness = (status: number) => BADNESS[status] ?? 0;
const natural = new Intl.Collator("en", { numeric: true }).compare;

/** A tile for each combination of tags of a service check. */
export function checkData(widget: CheckTiles, context: Context): CheckData | Empty {
  const { history, variables } = context;
  const all = history.points.checks.get(widget.check) ?? [];
  const filters = [...variables].filter(([name]) => widget.variables.some((variable) => variable === name));
  const found = all.filter(({ tags }) => filters.every(([name, value]) => tags.get(name) === value));
  const { from } = spanOf(context);
  const tiles = found.filter(({ times }) => (times.at(-1) ?? 0) > from).map((statuses) =>
    tileOf(statuses, widget, context)
  );
  if (tiles.length === 0) return { kind: "empty", why: whyNone(widget, all.length > 0, filters, context) };
  tiles.sort((a, b) => badness(b.status) - badness(a.status) || natural(a.label, b.label));
  return { kind: "check", tiles: tiles.slice(0, MOST_TILES) };
}

function tileOf({ check, tags, times, statuses }: Statuses, { by }: CheckTiles, context: Context): Tile {
  const health = context.history.checks.get(check, [...tags].map(([name, value]) => `${name}:${value}`));
  const at = times.at(-1) ?? 0;
  const names = by.filter((name) => name !== "host");
  const asOf = staleSince(at, context);
  return {
    label: names.map((name) => tags.get(name)).filter((value) => value !== undefined).join(" · ") || check,
    status: statuses.at(-1) ?? 3,
    since: health?.since ?? at,
    message: health?.message ?? "",
    course: courseOf(times, statuses, context),
    ...asOf === undefined ? {} : { asOf },
  };
}

/** The worst status of each part of the range. */
function courseOf(times: readonly number[], statuses: readonly number[], { parts }: Context): Course {
  let at = times.findIndex((time) => time > (parts[0]?.from ?? 0));
  if (at < 0) at = times.length;
  return parts.map(({ to }) => {
    let found: number | null = null;
    for (; at < times.length && (times[at] ?? 0) <= to; at++) {
      const status = statuses[at] ?? 3;
      if (found === null || badness(status) > badness(found)) found = status;
    }
    return found;
  });
}

function whyNone(
  { check, needs = [] }: CheckTiles,
  isThere: boolean,
  filters: readonly (readonly [string, string])[],
  { history }: Context,
): string {
  const cause = whyNoSource(check, needs.includes("extended_metrics"), history);
  if (cause !== undefined) return cause;
  if (isThere && filters.length > 0) {
    return `nothing has ${filters.map(([name, value]) => `${name}:${value}`).join(", ")}`;
  }
  return isThere ? "no status came in the chosen time" : "no status has come yet";
}
