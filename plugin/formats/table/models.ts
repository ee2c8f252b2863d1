import type { ModelRow, Models } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import { STATUS_WORDS } from "../verdict.ts";
import { type Cell, fitted, paragraph, rowLine, rowLines, rowWidth, type Screen, section, widthsOf } from "./layout.ts";
import type { InstanceMemory } from "./memory.ts";
import { STATUS_TONES } from "./tones.ts";
import { exact, naturally, plural, readable } from "./values.ts";

/** So many versions have a row each; of more, those that are not well have one. */
const MAX_ROWS = 30;
/** So many lines those may take that are not well, with what is wrong with them. */
const MAX_LINES = 36;
const INDENT = 4;

/** Which rows are shown. */
export interface ModelOptions {
  readonly verbose: boolean;
  /** Only what is not well. */
  readonly quiet: boolean;
}

/** A row for each version of a model, in natural order; below it what is wrong with it. */
export function modelLines(
  { check, isSubmitted, rows }: Models,
  { verbose, quiet }: ModelOptions,
  memory: InstanceMemory,
  screen: Screen,
): string[] {
  const sorted = [...rows].sort((a, b) => naturally(a.model, b.model) || naturally(a.version, b.version));
  const table = sorted.map((row) => shownRow(row, memory));
  const isLarge = rows.length > MAX_ROWS && !verbose;
  const candidates = quiet || isLarge
    ? table.filter(({ row, mark }) => row.health !== 0 || (!quiet && mark !== ""))
    : table;
  if (quiet && candidates.length === 0) return [];
  const head: Cell[] = ["", "model", "version", "ready", "queue", "memory", "health"].map((text) => ({
    text,
    tone: "faint",
  }));
  const widths = rowWidths([head, ...candidates.map(({ cells }) => cells)], screen);
  const indent = widths[0] === 0 ? INDENT : INDENT - 3;
  const linesOf = ({ row, cells, before }: ShownRow, isShort: boolean) => {
    const message = row.message === "" ? [] : paragraph(oneLine(row.message), { indent: 8 }, screen);
    const [first] = paragraph(oneLine(row.message), { indent: 8 }, { ...screen, width: screen.width - 2 });
    const cut = message.length > 1 ? [`${first} …`] : message;
    return [
      ...rowLines(cells, widths, 1, indent, screen),
      ...(isShort ? cut : message),
      ...(before === undefined ? [] : paragraph(`before: ${before}`, { indent: 8, tone: "faint" }, screen)),
    ];
  };
  const whole = candidates.map((one) => linesOf(one, false));
  const isTooLong = isLarge && whole.flat().length > MAX_LINES;
  const body: string[] = [];
  let shown = 0;
  for (const lines of isTooLong ? candidates.map((one) => linesOf(one, true)) : whole) {
    if (isTooLong && body.length + lines.length > MAX_LINES) break;
    body.push(...lines);
    shown++;
  }
  const models = new Set(rows.map(({ model }) => model)).size;
  const title = models === rows.length
    ? plural(models, "model")
    : `${plural(models, "model")}, ${plural(rows.length, "version")}`;
  const gone = memory.isKnown ? memory.goneModels() : [];
  return [
    ...section(`Models (${title})`, screen),
    ...(shown > 0 ? [rowLine(head, widths, indent, screen)] : []),
    ...body,
    ...goneLines(gone, screen),
    ...restLines(table.length - shown, candidates.length - shown, table, screen),
    ...footLines(candidates.map(({ row }) => row).slice(0, shown), check, isSubmitted, screen),
  ];
}

/** The model's name gives way first, then what tells least of its health: memory, queue. */
function rowWidths(rows: readonly (readonly Cell[])[], screen: Screen): readonly number[] {
  let widths = fitted(widthsOf(rows), 1, INDENT, screen);
  for (const column of [5, 4]) {
    if (INDENT + rowWidth(widths) > screen.width) widths = widths.map((width, i) => i === column ? 0 : width);
  }
  return widths;
}

/** A row as it is shown. */
interface ShownRow {
  readonly row: ModelRow;
  /** `+` where the last round did not have it, `~` where that said something else, else `""`. */
  readonly mark: string;
  readonly cells: readonly Cell[];
  /** What the last round said, where that was something else. */
  readonly before?: string;
}

function shownRow(row: ModelRow, memory: InstanceMemory): ShownRow {
  const version = `${oneLine(row.version)}${row.isDefault ? " *" : ""}`;
  const workers = `${row.workersReady}/${row.workersWanted}`;
  const looks = [`${workers} ready`, row.isDefault ? "default" : "not default", STATUS_WORDS[row.health]].join(", ");
  const before = memory.model(`${oneLine(row.model)} ${oneLine(row.version)}`, looks);
  const isChanged = before !== undefined && before !== looks;
  const mark = isChanged ? "~" : memory.isKnown && before === undefined ? "+" : "";
  const cells: Cell[] = [
    { text: mark, tone: "strong" },
    { text: oneLine(row.model) },
    { text: version },
    { text: workers, isNumber: true, tone: row.workersReady < row.workersWanted ? "doubtful" : undefined },
    { text: queue(row), isNumber: true, tone: row.queueRoom === 0 ? "bad" : undefined },
    { text: row.memoryBytes === undefined ? "-" : readable(row.memoryBytes, "byte"), isNumber: true },
    { text: STATUS_WORDS[row.health], tone: STATUS_TONES[row.health] },
  ];
  return { row, mark, cells, ...(isChanged ? { before } : {}) };
}

/** How many wait, of how many that may. */
function queue({ queuePending, queueRoom }: ModelRow): string {
  if (queuePending === undefined) return queueRoom === undefined ? "-" : `?/${exact(queueRoom)}`;
  return queueRoom === undefined ? exact(queuePending) : `${exact(queuePending)}/${exact(queuePending + queueRoom)}`;
}

function goneLines(gone: readonly string[], screen: Screen): string[] {
  const [first, ...more] = gone;
  if (first === undefined) return [];
  const others = more.length === 0 ? "" : `, and ${exact(more.length)} more`;
  return paragraph(`gone: ${first}${others}`, { indent: INDENT, tone: "strong" }, screen);
}

function restLines(
  left: number,
  leftUnwell: number,
  table: readonly { readonly row: ModelRow }[],
  screen: Screen,
): string[] {
  if (left === 0) return [];
  const well = table.filter(({ row }) => row.health === 0).length;
  const parts = [
    ...(leftUnwell > 0 ? [`${exact(leftUnwell)} more that are not well`] : []),
    ...(left - leftUnwell > 0 && well > 0 ? [`${exact(left - leftUnwell)} that are OK`] : []),
  ];
  return paragraph(`… and ${parts.join(", ")}: --verbose shows all, --model some`, {
    indent: INDENT,
    hang: 6,
    tone: "faint",
  }, screen);
}

function footLines(shown: readonly ModelRow[], check: string, isSubmitted: boolean, screen: Screen): string[] {
  const notes = [
    ...(shown.some(({ isDefault }) => isDefault) ? ["* answers requests that name no version."] : []),
    ...(isSubmitted ? [] : [`Health is told here only; with extended_metrics: true the host gets ${check}.`]),
  ];
  return notes.length === 0 ? [] : paragraph(notes.join(" "), { indent: INDENT, tone: "faint" }, screen);
}
