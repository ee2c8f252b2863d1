import { jsonLine } from "../text/mod.ts";
import { statusForPeople } from "./exit_status.ts";
import type { Format } from "./format.ts";
import { eachReport } from "./pieces.ts";
import { isWell } from "./verdict.ts";

/** Bare reports as a host gets them (docs/protocol.md), one for each line. `quiet` leaves out those that are well. */
export const json: Format = {
  purpose: "For programs: the bare reports of [the protocol](protocol.md), one for each line.",
  audience: "people",
  takes: ["quiet", "failOn"],
  exitStatus: statusForPeople,
  ...eachReport(({ report }, { quiet }) => quiet && isWell(report) ? "" : `${jsonLine(report)}\n`),
};
