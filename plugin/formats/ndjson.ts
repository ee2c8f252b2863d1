import { jsonLine } from "../text/mod.ts";
import { statusForPeople } from "./exit_status.ts";
import type { Format, InstanceReport } from "./format.ts";
import { eachReport } from "./pieces.ts";
import { isWell } from "./verdict.ts";

/**
 * One line for each report, with what it is of before its own fields: `instance` (where it stands in the file), `kind`
 * and `url` (absent where the configuration is wrong), `time` (ISO 8601, UTC). `quiet` leaves out those that are well.
 */
export const ndjson: Format = {
  purpose:
    "For programs that keep many: on each line also which `instance` it is of, its `kind`, its `url` and the `time`.",
  audience: "people",
  takes: ["quiet", "failOn"],
  exitStatus: statusForPeople,
  ...eachReport((of, { quiet }) => quiet && isWell(of.report) ? "" : lineOf(of)),
};

function lineOf({ instance, kind, url, timeMs, report }: InstanceReport): string {
  return `${jsonLine({ instance, kind, url, time: new Date(timeMs).toISOString(), ...report })}\n`;
}
