import { statusForPeople } from "../exit_status.ts";
import type { Format, FormatOptions, InstanceReport, Pieces, Round, Turn } from "../format.ts";
import { together } from "../pieces.ts";
import { judged } from "../judged.ts";
import { isWell } from "../verdict.ts";
import { instanceLines } from "./instance.ts";
import type { Screen } from "./layout.ts";
import { TableMemory } from "./memory.ts";
import { summaryLines } from "./summary.ts";
import { exact } from "./values.ts";

/**
 * For a person who has just changed a configuration, or looks for what is wrong: the verdict first, then everything that
 * was found; several instances end with a line for each. `quiet` shows errors, warnings and service checks that are not
 * OK, and nothing of an instance that is well.
 */
export const table: Format = {
  purpose: "For people: status, service checks, metrics as people read them, and what is not collected.",
  audience: "people",
  explains: true,
  takes: ["quiet", "failOn", "verbose", "watch"],
  exitStatus: statusForPeople,
  render: async (round, options) => together(await pieces(round, options), round.reports),
  pieces,
};

async function pieces(
  { state, turn, beside = [] }: Omit<Round, "reports">,
  options: FormatOptions,
): Promise<Pieces> {
  const { paint, quiet, width = Infinity } = options;
  const screen: Screen = { width, paint };
  const memory = new TableMemory(state);
  const catalogue = await options.catalogue();
  const all: InstanceReport[] = [];
  return {
    head: turn === undefined ? "" : `${headLine(turn, screen)}\n\n`,
    next: (of) => {
      const shown = { ...of, report: judged(of) };
      all.push(shown);
      const lines = instanceLines(of, { ...options, catalogue }, memory.of(of.instance, of.timeMs), screen);
      return quiet && isWell(shown.report) ? "" : `${lines.join("\n")}\n\n`;
    },
    end: () => {
      const summed = [...all, ...beside].filter(({ report }) => !quiet || !isWell(report));
      const isNeeded = all.length + beside.length > 1 && summed.length > 0;
      return {
        text: isNeeded ? `${summaryLines(summed, screen).join("\n")}\n` : "",
        ...(options.remembers ? { state: memory.state } : {}),
      };
    },
  };
}

/** `round 2 of 3, 2030-01-02 03:04:05 UTC`. */
function headLine({ number, of, timeMs }: Turn, { paint }: Screen): string {
  const time = new Date(timeMs).toISOString().replace("T", " ").slice(0, 19);
  return paint("strong", `Round ${exact(number)}${of === undefined ? "" : ` of ${exact(of)}`}, ${time} UTC`);
}
