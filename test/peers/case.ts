/** One sample of a family, as it is written. */
export interface SampleLine {
  /** What follows the family's name. */
  readonly suffix: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: string;
  readonly timestamp?: string | undefined;
  readonly exemplar?: string | undefined;
}

/** One family of a payload. */
export interface FamilyBlock {
  readonly kind: "family";
  readonly name: string;
  /** As in the TYPE line; `""`: there is none. */
  readonly type: string;
  readonly help?: string | undefined;
  readonly unit?: string | undefined;
  readonly samples: readonly SampleLine[];
}

/** A line that the format does not allow. */
export interface BadLine {
  readonly kind: "bad";
  readonly text: string;
}

export type Block = FamilyBlock | BadLine;

/** A payload and how it is sent. */
export interface Answer {
  readonly kind: "answer";
  readonly format: "prometheus" | "openmetrics";
  readonly contentType: string;
  readonly lineEnd: "\n" | "\r\n";
  /** Odd but allowed spacing, trailing commas, no newline at the end (Prometheus' format). */
  readonly odd: boolean;
  /** Without `Content-Length`. */
  readonly chunked: boolean;
  /** A byte order mark stands before the text. */
  readonly byteOrderMark?: boolean;
  readonly blocks: readonly Block[];
}

/** What the target does at one scrape. */
export type Scrape = Answer | { readonly kind: "status"; readonly status: number } | { readonly kind: "refused" };

/** How ours is run: in one session, with its state handed over to fresh ones, or a process a scrape. */
export type Mode = "connected" | "handed" | "process";

/** A configuration and a sequence of scrapes. */
export interface Case {
  readonly name: string;
  readonly mode: Mode;
  /** Without `openmetrics_endpoint`. */
  readonly instance: Readonly<Record<string, unknown>>;
  readonly scrapes: readonly Scrape[];
}

/** When the host started, in seconds since the epoch, on both sides. */
export const HOST_START = 1_700_000_000;

/** The name of the only metric whose values depend on the time of day. */
export const ELAPSED = "idle.seconds";

const encoder = new TextEncoder();

/** The payload's bytes. */
export function render(answer: Answer): Uint8Array {
  const lines: string[] = [];
  for (const block of answer.blocks) {
    if (block.kind === "bad") lines.push(block.text);
    else renderFamily(block, answer, lines);
  }
  if (answer.format === "openmetrics") lines.push("# EOF");
  const end = answer.odd && answer.format === "prometheus" ? "" : answer.lineEnd;
  const mark = answer.byteOrderMark === true ? "\ufeff" : "";
  return encoder.encode(lines.length === 0 ? "" : mark + lines.join(answer.lineEnd) + end);
}

function renderFamily(family: FamilyBlock, answer: Answer, lines: string[]): void {
  const { type, help, unit } = family;
  const name = isPlainName(family.name) ? family.name : `"${family.name}"`;
  const gap = answer.odd && name.length % 5 === 1 ? "  " : " ";
  if (help !== undefined) lines.push(`# HELP ${name} ${help}`);
  if (type !== "") lines.push(`#${gap}TYPE${gap}${name} ${type}`);
  if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`);
  for (const sample of family.samples) {
    lines.push(answer.odd ? oddSample(family.name, sample) : plainSample(family.name, sample));
  }
}

function plainSample(name: string, { suffix, labels, value, timestamp, exemplar }: SampleLine): string {
  const block = labels.map(([label, text]) => `${label}="${escape(text)}"`).join(",");
  const time = timestamp === undefined ? "" : ` ${timestamp}`;
  return `${withLabels(name + suffix, block)} ${value}${time}${exemplar === undefined ? "" : ` # ${exemplar}`}`;
}

/** A name without quotes; others stand in the braces (Prometheus' text format 1.0.0). */
export function isPlainName(name: string): boolean {
  return /^[a-zA-Z_:][\w:]*$/.test(name);
}

function withLabels(name: string, block: string, open = "{", close = "}"): string {
  if (isPlainName(name)) return block === "" ? name : `${name}${open}${block}${close}`;
  return block === "" ? `{"${name}"}` : `{"${name}",${block}${close}`;
}

/** As TorchServe's Java client and older exporters write it. */
function oddSample(name: string, { suffix, labels, value, timestamp }: SampleLine): string {
  // The oddity goes with the sample, not with its place: filters take samples away.
  const line = [...`${name}${suffix}${JSON.stringify(labels)}`].reduce(
    (sum, character) => sum + character.charCodeAt(0),
    0,
  );
  const block = labels.map(([label, text]) => {
    const equals = line % 3 === 0 ? " = " : "=";
    return `${label}${equals}"${escape(text)}"`;
  }).join(line % 3 === 1 ? ", " : ",");
  const open = line % 4 === 2 ? " {" : "{";
  const close = line % 5 === 0 ? "}" : ",}";
  const time = timestamp === undefined ? "" : `  ${timestamp}`;
  // A name that a tab ends is not found by the reference when spaces follow.
  const separator = line % 4 === 1 && labels.length > 0 ? "\t" : "  ";
  return `${line % 7 === 3 ? " " : ""}${withLabels(name + suffix, block, open, close)}${separator}${value}${time}`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
