import type { CatalogueEntry } from "../catalogue/mod.ts";
import type { Insight, Report, State } from "../report/mod.ts";
import type { ExitPolicy, FailOn } from "./exit_status.ts";
import type { Paint } from "./style.ts";

/** The report of one run of one instance, and what it is of. */
export interface InstanceReport {
  /** Where the instance stands in its configuration: `instances[0]`. */
  readonly instance: string;
  /** `openmetrics`, `inference`, `management`, `metrics_log`; absent where the configuration is wrong. */
  readonly kind?: string;
  /** What was checked: an address or a path, without credentials; absent where the configuration is wrong. */
  readonly url?: string;
  /** When the run ended, in milliseconds since the epoch. */
  readonly timeMs: number;
  readonly report: Report;
  /** What only people are told, where the format {@linkcode Format.explains} it. */
  readonly insight?: Insight;
}

/** One run of every instance. */
export interface Round {
  /** In the order of the configuration. */
  readonly reports: readonly InstanceReport[];
  /** What is wrong beside the instances; people were told of it already. */
  readonly beside?: readonly InstanceReport[];
  /** Which round it is; absent where there is only one. */
  readonly turn?: Turn | undefined;
  /** What rendering the last round of the same instances left ({@linkcode Rendered.state}); absent at the first. */
  readonly state?: State | undefined;
}

/** One round among several. */
export interface Turn {
  /** From 1. */
  readonly number: number;
  /** How many there will be; absent where nobody knows. */
  readonly of?: number;
  /** When it began, in milliseconds since the epoch. */
  readonly timeMs: number;
}

/** Options of the command line that mean nothing to some formats; those refuse them. */
export type FormatOption = "quiet" | "failOn" | "verbose" | "watch" | "perfdata" | "to";

/** What a person or a host asks of a format. */
export interface FormatOptions {
  /** Only what is not well. */
  readonly quiet: boolean;
  /** Everything, however much it is. */
  readonly verbose?: boolean;
  /** The person chose metrics by their names: they are shown, not counted. */
  readonly chosen?: boolean;
  /** From what on a run counts as failed. */
  readonly failOn: FailOn;
  /** Which metrics and service checks, by full name, a monitoring plugin gives as performance data. */
  readonly perfdata?: ((name: string) => boolean) | undefined;
  /** Columns of the terminal; lines are as long as they come where nothing is said. */
  readonly width?: number;
  /** Gives text its colours, where there are some. */
  readonly paint: Paint;
  /** What metadata.csv says of each metric, by full name; loaded when a format asks. */
  readonly catalogue: () => Promise<ReadonlyMap<string, CatalogueEntry>>;
  /**
   * Whether the next round gets what this one leaves ({@linkcode Rendered.state}). Where it does not, a format leaves
   * out what means nothing without it, and says so.
   */
  readonly remembers: boolean;
}

/** What a format made of a round. */
export interface Rendered {
  /** Whole lines, or `""`. What others wrote is in it without any control character. */
  readonly text: string;
  /** What the next round must know, such as running totals; JSON. The caller keeps it: a format keeps nothing. */
  readonly state?: State;
  /** What the text does not have, and why: sentences for a person, each on one line. */
  readonly notes?: readonly string[];
}

/** The text of a round in the order in which it is read, for formats that show one report without the others. */
export interface Pieces {
  /** What stands before the first report. */
  readonly head: string;
  /** The next report. */
  next(of: InstanceReport): string;
  /** What stands behind the last one, and what the next round must know. */
  end(): Rendered;
}

/**
 * One way to show reports. `test/unit/formats_contract.test.ts` holds every format to what is said here: the text ends
 * with a line feed or is empty; a foreign text forges no line and reaches no terminal raw; the same round gives the same
 * text; a round is not changed; an odd report is shown, not thrown for.
 */
export interface Format {
  /** What it is, and for whom: a sentence of docs/formats.md, in Markdown. */
  readonly purpose: string;
  /**
   * Who reads it: people; hosts that take all that one run submits; or one that takes a state with a text, as a
   * monitoring plugin gives it.
   */
  readonly audience: "people" | "batches" | "states";
  /**
   * Whether it shows what a run tells people besides what is submitted. The exit status counts that then: it is the one
   * of what people see.
   */
  readonly explains?: boolean;
  /** The options that it acts on. */
  readonly takes: readonly FormatOption[];
  /** What the exit status of a round is. */
  readonly exitStatus: ExitPolicy;
  /** What the text is, to somebody who gets it over HTTP. */
  readonly contentType?: string;
  /** All reports of a round together, since there are formats that group what several instances submit. */
  render(round: Round, options: FormatOptions): Rendered | Promise<Rendered>;
  /** The same, piece by piece: people see a report as soon as those before it are there. */
  pieces?(round: Omit<Round, "reports">, options: FormatOptions): Pieces | Promise<Pieces>;
}
