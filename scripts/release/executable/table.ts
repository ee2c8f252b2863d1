import type { Target } from "../targets.ts";
import type { Inspection } from "./inspection.ts";

/** The platforms whose executable the project's tests run. */
const RUN = ["linux-x64"];

/** A table of executables for release notes: what each is, and whether it was run or only built. */
export function executablesTable(all: readonly (readonly [Target, Inspection])[]): string {
  const rows = all.map(([{ name }, { format, machine, interpreter, system, libraries, signature }]) => {
    const signed = signature === undefined ? "" : `ad hoc, ${signature.pages} pages`;
    const shown = RUN.includes(name) ? "run by the tests" : "built, not run";
    return `| ${name} | ${format} ${machine} | ${interpreter ?? ""} | ${system ?? ""} | ${
      libraries.map((path) => path.replace(/^.*\//, "")).join(", ")
    } | ${signed} | ${shown} |`;
  });
  return [
    "| platform | format | interpreter | oldest system | libraries | signature | state |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
