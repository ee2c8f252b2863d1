/** One line of a metric log, taken apart as far as most lines need it. */
export interface MetricLine {
  /** `NAME.UNIT`. */
  readonly metric: string;
  /** As written: of a counter an increment, of a gauge its new value. `NaN` and infinities are possible. */
  readonly value: number;
  /** Dimensions and host, as written: `Level:Host|#hostname:torchserve-0`. */
  readonly labels: string;
  /** Seconds since the epoch. */
  readonly timestampSeconds: number;
}

/** Longest dimensions with host, in characters. */
const MAX_LABELS = 2_048;

const HOST = "|#hostname:";
const TIMESTAMP = "timestamp:";
/** Before TorchServe 0.8 the time had no name. */
const BARE_TIMESTAMP = /^,(\d{9,12})(?:,|$)/;
/** What Java's `Double.toString` writes, and what C and Python write. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

/**
 * Reads one line: a time of any layout, ` - `, then what `LogMetric` of TorchServe's frontend writes,
 * `NAME.UNIT:VALUE|#DIMENSION:VALUE,…|#hostname:HOST[,requestID:IDS],timestamp:SECONDS`
 * (https://pytorch.org/serve/metrics.html).
 *
 * @returns `undefined` for a line that is no metric at all, such as one of a stack trace; a text where it is one that
 *   cannot be read, which says what was expected
 */
export function readMetricLine(line: string): MetricLine | string | undefined {
  const mark = line.indexOf("|#");
  if (mark < 0) return undefined;
  const dash = line.indexOf(" - ");
  const start = dash >= 0 && dash < mark ? dash + 3 : 0;
  const colon = line.lastIndexOf(":", mark - 1);
  if (colon <= start) return "expected NAME.UNIT:VALUE before the first |#";
  const metric = line.slice(start, colon);
  if (metric.indexOf(".") <= 0) return "expected a name and a unit, with a dot between them";
  const value = numberOf(line.slice(colon + 1, mark));
  if (value === undefined) return "expected a number as value";
  const host = line.startsWith(HOST, mark) && !line.includes(HOST, mark + 2) ? mark : line.indexOf(HOST, mark + 2);
  if (host < 0) return "expected |#hostname: after the dimensions";
  const end = line.indexOf(",", host + HOST.length);
  if (end < 0) return "expected a timestamp after the host's name";
  if (end - mark > MAX_LABELS) return `expected at most ${MAX_LABELS} characters of dimensions`;
  const timestampSeconds = timestampOf(line, end);
  if (timestampSeconds === undefined) return "expected a timestamp after the host's name";
  return { metric, value, labels: line.slice(mark + 2, end), timestampSeconds };
}

function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : NOT_FINITE[text];
}

function timestampOf(line: string, end: number): number | undefined {
  const named = line.lastIndexOf(TIMESTAMP);
  const digits = named > end ? line.slice(named + TIMESTAMP.length) : BARE_TIMESTAMP.exec(line.slice(end))?.[1];
  return digits === undefined || !NUMBER.test(digits) ? undefined : Number(digits);
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
