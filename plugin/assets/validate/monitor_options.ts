import { quoted } from "./by_schema.ts";
import type { MonitorJson } from "./monitor_schema.ts";
import type { Place } from "./place.ts";

type Definition = MonitorJson["definition"];
type Option = keyof Definition["options"];

/** The options that a monitor of each type has, besides those that all have. */
const OPTIONS: Readonly<Record<Definition["type"], readonly Option[]>> = {
  "query alert": ["new_group_delay", "require_full_window", "notify_no_data"],
  "service check": ["new_group_delay", "notify_no_data"],
  "event-v2 alert": [],
};
const OF_SOME: readonly Option[] = ["new_group_delay", "require_full_window", "notify_no_data"];

/**
 * Options belong to the type of the monitor, and to each other.
 *
 * @param place of the options
 * @param windowSeconds of a query of metrics
 * @param groups the tags of the alert
 */
export function checkOptions(
  place: Place,
  { options, type }: Definition,
  windowSeconds: number | undefined,
  groups: readonly string[],
): void {
  for (const name of OF_SOME) {
    const belongs = OPTIONS[type].includes(name);
    if (options[name] === undefined && belongs) place.add([], `${quoted(name)} is missing in the options of a ${type}`);
    if (options[name] !== undefined && !belongs) {
      place.add([name], `a monitor of type ${quoted(type)} has no ${quoted(name)}`);
    }
  }
  const { notify_no_data: notifies, no_data_timeframe: minutes } = options;
  if (notifies === true && minutes === undefined) {
    place.add(["notify_no_data"], '"no_data_timeframe" is missing: after how many minutes without data it notifies');
  }
  if (notifies !== true && minutes !== undefined) {
    place.add(["no_data_timeframe"], `${quoted("no_data_timeframe")} without "notify_no_data": true means nothing`);
  }
  if (notifies === true && groups.some((name) => name.startsWith("model_"))) {
    place.add(
      ["notify_no_data"],
      '"notify_no_data": true of a monitor by model would page for each model that was removed',
    );
  }
  if (minutes === undefined || windowSeconds === undefined || 60 * minutes >= 2 * windowSeconds) return;
  place.add(["no_data_timeframe"], `${minutes} minutes are less than twice the window of ${windowSeconds} s`);
}
