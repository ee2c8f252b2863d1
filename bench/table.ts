/** A table of results: cells are text already, the first column names the row. */
export interface Table {
  readonly title: string;
  /** How the figures were taken, and what they do not show. */
  readonly notes?: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a target of the project asks for, and what was measured. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** What one part of the bench found. */
export interface Section {
  readonly title: string;
  /** What holds for all of its tables. */
  readonly notes?: readonly string[];
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** What could not be measured, with the reason. */
  readonly missing: readonly string[];
}

/** A table for a terminal: the first column to the left, the others to the right. */
export function tableText({ title, notes = [], columns, rows }: Table): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    "  " + cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)).join("  ");
  return [title, ...notes.map((note) => `  (${note})`), line(columns), ...rows.map(line)].join("\n") + "\n";
}

/** The same in Markdown. */
export function tableMarkdown({ title, notes = [], columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `| --- |${" ---: |".repeat(columns.length - 1)}`;
  return [`### ${title}`, "", ...notes.flatMap((note) => [note, ""]), line(columns), rule, ...rows.map(line)]
    .join("\n") + "\n";
}

/** The targets as a table. */
export function targetTable(targets: readonly Target[]): Table {
  return {
    title: "Targets",
    columns: ["target", "wanted", "measured", "met"],
    rows: targets.map(({ what, wanted, measured, isMet }) => [what, wanted, measured, isMet ? "yes" : "**no**"]),
  };
}

/** A number with three significant digits, in plain notation. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.max(0, 2 - magnitude));
}

export const milliseconds = (seconds: number) => digits(seconds * 1000);
/** Megabytes are 10^6 bytes. */
export const megabytes = (bytes: number) => digits(bytes / 1e6);
/** How many times as much (of time, of memory) the other one takes. */
export const times = (other: number, ours: number) => `${digits(other / ours)}×`;

/** A target that asks how many times as much the other one is. */
export function ratioTarget(what: string, other: number, ours: number, wanted: number): Target {
  return { what, wanted: `≥ ${wanted}×`, measured: times(other, ours), isMet: other >= wanted * ours };
}
