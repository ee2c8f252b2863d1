import { Buffer } from "node:buffer";
import type { Metric, Report } from "../report/report.ts";

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);

/** Bytes of a piece: what a pipe takes at once. */
const PIECE = 65_536;
/** What a UTF-16 unit of a text takes at most, in bytes. */
const MAX_BYTES = 3;
/** Digits that are written one by one; a longer number goes through its text, of at most `MAX_NUMBER` characters. */
const MAX_DIGITS = 9;
const MAX_NUMBER = 32;
const ZERO = 48;
const SPACE = 32;
const CLOSING_BRACE = 125;

/**
 * What the metrics of an instance were written as, by position: from run to run most of them differ in their values only.
 *
 * Memory: a report's metrics, and their JSON without the values.
 */
export class EncodedMetrics {
  readonly #metrics: Metric[] = [];
  readonly #frames: Uint8Array[] = [];
  #reports = 0;

  /** Says that the next report comes. @returns whether to keep it: not the first, which may be a process' only one */
  next(): boolean {
    return ++this.#reports > 1;
  }

  /** What metric `i` was written as, when it differs from the one that was kept in its value at most. */
  recall(i: number, metric: Metric): Uint8Array | undefined {
    const before = this.#metrics[i];
    const isSame = before !== undefined && before.tags === metric.tags && before.name === metric.name &&
      before.type === metric.type && before.hostname === metric.hostname &&
      before.flush_first_value === metric.flush_first_value;
    return isSame ? this.#frames[i] : undefined;
  }

  keep(i: number, metric: Metric, frame: Uint8Array): void {
    this.#metrics[i] = metric;
    this.#frames[i] = frame;
  }

  /** Forgets what is behind a report's end. */
  truncate(length: number): void {
    this.#metrics.length = Math.min(this.#metrics.length, length);
    this.#frames.length = this.#metrics.length;
  }
}

/**
 * A report as JSON, in pieces; each is valid until the next one is asked for. A report of 100,000 metrics spends most of
 * its time here, so what repeats is encoded once and copied, and the host reads the first pieces while the last ones
 * are made.
 *
 * @param memory of the instance that the report is of
 */
export function* encodeReport(report: Report, memory = new EncodedMetrics()): Generator<Uint8Array> {
  const { metrics, ...rest } = report;
  const keeps = memory.next();
  let piece = Buffer.alloc(PIECE);
  let at = 0;
  let i = -1;
  const frames = new Map<string, Frame>();
  let [lastTags, lastJson]: [readonly string[] | undefined, string] = [undefined, ""];
  yield bytesOf('{"metrics":[');
  for (const metric of metrics) {
    i++;
    const known = memory.recall(i, metric);
    let frame: Frame | undefined;
    if (known === undefined) {
      frame = frames.get(metric.name);
      if (!frame?.fits(metric)) frames.set(metric.name, frame = new Frame(metric));
      // The metrics of a model share their tags.
      if (metric.tags !== lastTags) [lastTags, lastJson] = [metric.tags, tagsJson(metric.tags)];
    }
    const most = (known?.length ?? (frame?.mostBytes ?? 0) + MAX_BYTES * lastJson.length) + MAX_NUMBER + 1;
    if (at + most > piece.length) {
      yield piece.subarray(0, at);
      at = 0;
      if (most > piece.length) piece = Buffer.alloc(2 * most);
    }
    const start = at;
    if (known !== undefined) {
      piece.set(known, at);
      at += known.length;
    } else if (frame !== undefined) {
      at += piece.write(frame.beforeTags, at);
      at += piece.write(lastJson, at);
      at += piece.write(frame.afterTags, at);
      if (keeps) memory.keep(i, metric, new Uint8Array(piece.subarray(start, at)));
    }
    // In the place of the comma before the first metric.
    if (i === 0) piece[start] = SPACE;
    at = writeNumber(piece, at, metric.value);
    piece[at++] = CLOSING_BRACE;
  }
  memory.truncate(metrics.length);
  if (at > 0) yield piece.subarray(0, at);
  yield bytesOf(`],${JSON.stringify(rest).slice(1)}`);
}

/** What `JSON.stringify` would escape: quotes, backslashes, control characters, perhaps surrogates. */
// deno-lint-ignore no-control-regex
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Tags as JSON. Nearly all need no escaping, and putting quotes around them is faster than asking for it. */
function tagsJson(tags: readonly string[]): string {
  let json = "";
  for (const tag of tags) {
    if (ESCAPED.test(tag)) return JSON.stringify(tags);
    json += json === "" ? `["${tag}"` : `,"${tag}"`;
  }
  return json === "" ? "[]" : `${json}]`;
}

/** What is around the tags of a metric: the same for many metrics in a row. */
class Frame {
  readonly beforeTags: string;
  readonly afterTags: string;
  readonly mostBytes: number;

  constructor(readonly of: Metric) {
    const { name, type, hostname, flush_first_value: flush } = of;
    const end = flush === undefined ? "" : `,"flush_first_value":${flush}`;
    const host = hostname === undefined ? "" : `,"hostname":${JSON.stringify(hostname)}`;
    this.beforeTags = `,{"name":${JSON.stringify(name)},"type":"${type}","tags":`;
    this.afterTags = `${host}${end},"value":`;
    this.mostBytes = MAX_BYTES * (this.beforeTags.length + this.afterTags.length);
  }

  fits({ name, type, hostname, flush_first_value }: Metric): boolean {
    return this.of.name === name && this.of.type === type && this.of.hostname === hostname &&
      this.of.flush_first_value === flush_first_value;
  }
}

/** Writes a finite number as JSON has it; returns where it ends. */
function writeNumber(piece: Uint8Array, at: number, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 10 ** MAX_DIGITS) {
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    for (let i = at + digits - 1, left = value; i >= at; i--) {
      piece[i] = ZERO + left % 10;
      left = Math.trunc(left / 10);
    }
    return at + digits;
  }
  const text = String(value);
  for (let i = 0; i < text.length; i++) piece[at + i] = text.charCodeAt(i);
  return at + text.length;
}
