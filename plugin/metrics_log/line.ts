import { mayBeRecord, unwrapLine } from "./envelope.ts";
import { leadingSeconds, toSeconds } from "./line_time.ts";

/** One line of a metric log, taken apart as far as most lines need it. */
export interface MetricLine {
  readonly name: string;
  readonly unit: string;
  /** What the line itself says the metric is: `counter`, `gauge`, `histogram`, or anything else. */
  readonly type?: string;
  /** As written: of a counter an increment, of a gauge its new value. `NaN` and infinities are possible. */
  readonly value: number;
  /** Dimensions and host, as written: `Level:Host|#hostname:torchserve-0`. */
  readonly labels: string;
  /** Seconds since the epoch. */
  readonly timestampSeconds: number;
}

/** What reading a line depends on besides the line. */
export interface LineContext {
  /** Seconds since the epoch: the time of a line that has none. */
  readonly nowSeconds: number;
  /** Whether the configuration asks for a metric; it decides where a name may start at several places. */
  readonly collects: (name: string) => boolean;
}

/** Longest dimensions with host, in characters. */
const MAX_LABELS = 2_048;
/** Longest name, and longest unit, in characters. */
const MAX_NAME = 512;
/** Most words of a name that stands behind other words. */
const MAX_WORDS = 8;

const SEPARATOR = " - ";
const HOST = "|#hostname:";
const TYPE = "|#type:";
const TIMESTAMP = "timestamp:";
/** Before TorchServe 0.8 the time had no name. */
const BARE_TIMESTAMP = /^,(\d{9,19}|null)(?=,|\s|$)/;
/** As TorchServe writes it. */
const SECONDS = /^\d{1,10}$/;
const DIGITS = /^\d{1,20}(?:\.\d{1,9})?/;
/** What Java's `Double.toString` writes, and what C and Python write. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = new Map([
  ["nan", NaN],
  ["infinity", Infinity],
  ["+infinity", Infinity],
  ["-infinity", -Infinity],
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
]);
/** What no name holds, but layouts put before one. */
const DELIMITER = /[:"'[\](){}<>|=,;]/;
const SPACE = /\s/;
/** What may be the name of a logger, a dash or a dot, and the name of a metric. */
const LOGGER_AND_NAME = /^[\w.-]*[.-]\w+$/;
const ESCAPE = "\u001b";
/** What layouts for terminals have: colours, and their end. */
// deno-lint-ignore no-control-regex
const COLOURS = /\u001b\[[\d;]{0,20}m/g;

/**
 * Reads one line: what `LogMetric` of TorchServe's frontend writes,
 * `NAME.UNIT:VALUE|#DIMENSION:VALUE,…|#hostname:HOST[,requestID:IDS],timestamp:SECONDS`
 * (https://pytorch.org/serve/metrics.html), behind a time and other things of any layout. In JSON it may be, too.
 *
 * The name is all behind ` - `, as TorchServe's own layout has it; else the word before the last dot before the value,
 * or as many words as make a name that is asked for. It takes time in proportion to the line's length.
 *
 * @returns `undefined` for a line that is no metric at all, such as one of a stack trace; a text where it is one that
 *   cannot be read, which says what was expected
 */
export function readMetricLine(line: string, context: LineContext): MetricLine | string | undefined {
  if (!mayBeRecord(line)) return readText(line, undefined, context);
  const { text, seconds } = unwrapLine(line);
  return readText(text, seconds, context);
}

/** @param seconds when the line was written, where what was around it said so */
function readText(text: string, seconds: number | undefined, context: LineContext): MetricLine | string | undefined {
  if (text.includes(ESCAPE)) text = text.replaceAll(COLOURS, "");
  const mark = text.indexOf("|#");
  if (mark < 0) return undefined;
  const separator = text.lastIndexOf(SEPARATOR, mark);
  const start = separator < 0 ? 0 : separator + SEPARATOR.length;
  const colon = mark === 0 ? -1 : text.lastIndexOf(":", mark - 1);
  if (colon <= start) return "expected NAME.UNIT:VALUE before the first |#";
  const dot = text.lastIndexOf(".", colon - 1);
  if (dot <= start) return "expected a name and a unit, with a dot between them";
  const unit = trimmed(text, dot + 1, colon);
  const name = nameBefore(text, dot, separator < 0 ? undefined : start, context.collects);
  if (name === "") return "expected a name and a unit, with a dot between them";
  if (name.length > MAX_NAME || unit.length > MAX_NAME) return `expected a name of at most ${MAX_NAME} characters`;
  const value = numberOf(trimmed(text, colon + 1, mark));
  if (value === undefined) return "expected a number as value";
  const host = text.startsWith(HOST, mark) && !text.includes(HOST, mark + 2) ? mark : text.indexOf(HOST, mark + 2);
  if (host < 0) return "expected |#hostname: after the dimensions";
  const end = text.indexOf(",", host + HOST.length);
  if (end < 0) return "expected a timestamp after the host's name";
  if (end - mark > MAX_LABELS) return `expected at most ${MAX_LABELS} characters of dimensions`;
  const timestamp = timestampOf(text, end);
  if (timestamp === undefined) return "expected a timestamp after the host's name";
  const timestampSeconds = timestamp ?? seconds ?? leadingSeconds(text) ?? context.nowSeconds;
  const type = text.indexOf(TYPE, mark);
  if (type < 0 || type > host) return { name, unit, value, labels: text.slice(mark + 2, end), timestampSeconds };
  return {
    name,
    unit,
    type: text.slice(type + TYPE.length, host).toLowerCase(),
    value,
    labels: text.slice(mark + 2, type) + text.slice(host, end),
    timestampSeconds,
  };
}

/**
 * The name that ends at a dot.
 *
 * @param start where it starts, if the layout tells; behind it a delimiter shows that something else stands there, too
 */
function nameBefore(text: string, dot: number, start: number | undefined, collects: LineContext["collects"]): string {
  let usual = "";
  if (start !== undefined) {
    const whole = trimmed(text, start, dot);
    if (!DELIMITER.test(whole)) {
      if (collects(whole)) return whole;
      usual = whole;
    }
  }
  const least = Math.max(start ?? 0, dot - MAX_NAME);
  let shortest = "";
  let at = dot;
  for (let words = 0; words < MAX_WORDS; words++) {
    while (at > least && SPACE.test(text.charAt(at - 1))) at--;
    const wordEnd = at;
    while (at > least && !SPACE.test(text.charAt(at - 1)) && !DELIMITER.test(text.charAt(at - 1))) at--;
    if (at === wordEnd) break;
    const name = text.slice(at, dot).trim();
    if (collects(name)) return name;
    if (shortest === "") shortest = name;
    if (at <= least || DELIMITER.test(text.charAt(at - 1))) break;
  }
  return endCollected(shortest, collects) ?? (usual === "" ? shortest : usual);
}

/**
 * The end of a word that is the name of a metric that is asked for, where a layout puts no space before the name. Not that
 * of a path: a request is not to be taken for a metric.
 */
function endCollected(word: string, collects: LineContext["collects"]): string | undefined {
  if (!LOGGER_AND_NAME.test(word)) return undefined;
  for (const { index } of word.matchAll(/[.-]/g)) {
    const end = word.slice(index + 1);
    if (collects(end)) return end;
  }
  return undefined;
}

/** A part without white space around it, which is rare. */
function trimmed(text: string, start: number, end: number): string {
  const part = text.slice(start, end);
  return text.charCodeAt(start) > 32 && text.charCodeAt(end - 1) > 32 ? part : part.trim();
}

function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : NOT_FINITE.get(text.toLowerCase());
}

/** Seconds since the epoch; `null` where the line says that it has no time; `undefined` where it ends before one. */
function timestampOf(text: string, end: number): number | null | undefined {
  const named = text.lastIndexOf(TIMESTAMP);
  if (named <= end) {
    const bare = BARE_TIMESTAMP.exec(text.slice(end, end + 24))?.[1];
    return bare === undefined ? undefined : bare === "null" ? null : toSeconds(Number(bare));
  }
  const rest = text.slice(named + TIMESTAMP.length, named + TIMESTAMP.length + 40);
  // Zero is what a writer without a clock has.
  if (SECONDS.test(rest)) return Number(rest) || null;
  const written = leadingSeconds(rest);
  if (written !== undefined) return written;
  const digits = DIGITS.exec(rest)?.[0];
  if (digits !== undefined) return toSeconds(Number(digits));
  return rest.trim() === "" ? undefined : null;
}

/**
 * The labels that the metrics endpoint shows for what {@linkcode MetricLine.labels} holds: names and values in turn,
 * the host's name last. A comma in a value is told from one between dimensions by what follows it.
 *
 * @param hostLabel what the endpoint calls the host of this metric
 */
export function splitDimensions(labels: string, hostLabel: string): string[] {
  const host = labels.indexOf(HOST);
  const pairs: string[] = [];
  for (const part of (host < 0 ? labels : labels.slice(0, host)).split(",")) {
    const colon = part.indexOf(":");
    if (colon > 0) pairs.push(part.slice(0, colon), part.slice(colon + 1));
    else if (pairs.length > 0) pairs.push(`${pairs.pop() ?? ""},${part}`);
  }
  if (host >= 0) pairs.push(hostLabel, labels.slice(host + HOST.length));
  return pairs;
}
