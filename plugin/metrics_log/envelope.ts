/** A line of a log, without what a logger or a container runtime put around it. */
export interface Message {
  readonly text: string;
  /** When the line was written, in seconds since the epoch, where what is around it says so. */
  readonly seconds: number | undefined;
}

/** A layout in JSON within a container's log in JSON: deeper nothing is nested. */
const MAX_DEPTH = 2;
/** Most characters before a record: those of an array around it. */
const MAX_BEFORE = 8;
/** What starts the part of a metric line that no other text has. */
const MARK = "|#";

/**
 * Takes a line out of its JSON record, if it is one: log4j's `JsonLayout` and `JsonTemplateLayout`
 * (`{"message": "…"}`), the files of Docker's driver `json-file` (`{"log": "…\n", "stream": …, "time": …}`), and the
 * records that TorchServe's own `JSONPatternLayout` wrote before 0.8 (`{"MetricName": …, "Value": …}`), on one line.
 * The message is the record's first text with `|#`, whatever its name.
 */
export function unwrapLine(line: string): Message {
  let message: Message = { text: line, seconds: undefined };
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const record = parseRecord(message.text);
    const text = record && (metricRecord(record) ?? textWithMark(record));
    if (record === undefined || text === undefined) break;
    message = { text, seconds: secondsOf(record) ?? message.seconds };
  }
  return message;
}

/** Whether a line may be a record; few are. */
export function mayBeRecord(line: string): boolean {
  return line.lastIndexOf("{", MAX_BEFORE) >= 0;
}

/** An object, alone on its line or an item of an array that has a line for each. */
function parseRecord(text: string): Record<string, unknown> | undefined {
  const start = text.indexOf("{");
  if (start < 0 || start > MAX_BEFORE || !/^[\s,[]*$/.test(text.slice(0, start))) return undefined;
  const end = text.lastIndexOf("}");
  try {
    const value: unknown = JSON.parse(text.slice(start, end + 1));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textWithMark(record: Record<string, unknown>): string | undefined {
  return Object.values(record).find((value) => typeof value === "string" && value.includes(MARK)) as string | undefined;
}

/** The line that a record with a metric's parts stands for. */
function metricRecord(record: Record<string, unknown>): string | undefined {
  const { MetricName: name, Value: value, Unit: unit, Dimensions: dimensions, HostName: host, Timestamp: time } =
    record;
  if (typeof name !== "string" || typeof unit !== "string") return undefined;
  const pairs = (Array.isArray(dimensions) ? dimensions : []).filter(isRecord).map((pair) =>
    `${pair["Name"]}:${pair["Value"]}`
  );
  return ` - ${name}.${unit}:${value}|#${pairs.join(",")}|#hostname:${host},timestamp:${time ?? null}`;
}

function secondsOf(record: Record<string, unknown>): number | undefined {
  const { instant, timeMillis } = record;
  if (isRecord(instant) && typeof instant["epochSecond"] === "number") return instant["epochSecond"];
  if (typeof timeMillis === "number") return timeMillis / 1_000;
  for (const text of [record["time"], record["@timestamp"], record["timestamp"]]) {
    const milliseconds = typeof text === "string" ? Date.parse(text) : NaN;
    if (!Number.isNaN(milliseconds)) return milliseconds / 1_000;
  }
  return undefined;
}
