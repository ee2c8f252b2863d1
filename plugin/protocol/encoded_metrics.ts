import { Buffer } from "node:buffer";
import type { Metric } from "../report/mod.ts";
import { writeNumber } from "./number.ts";

/** Metrics of a segment: its bytes are a little less than a pipe takes at once. */
const SEGMENT = 256;
/** Metrics of a report that is kept: the JSON of more would take more memory than the time it saves is worth. */
const MAX_METRICS = 131_072;
/** What a UTF-16 unit of a text takes at most, in bytes. */
const MAX_BYTES = 3;
/** The longest text of a number: `-0.0000012345678901234567`. */
const MAX_NUMBER = 25;
/** Places that a value may grow by before its segment is made anew. */
const GROWTH = 3;
const SPACE = 32;
const COMMA = 44;

/**
 * What the metrics of an instance were written as, by position (bench: "6.7 MB, connected"): from run to run most of them differ in their values only,
 * many in nothing. A value stands in a slot that is filled up with spaces, so that the next one can take its place.
 *
 * Memory: the metrics of a report, and their JSON.
 */
export class EncodedMetrics {
  readonly #segments: Segment[] = [];
  #reports = 0;
  #lent = false;

  /**
   * Says that the next report comes.
   *
   * @param count of its metrics
   * @returns whether {@linkcode EncodedMetrics.pieces} may be asked for it: not for the first one, which is not kept, nor
   * for one that is too large to keep, nor before the last pieces were given back
   */
  lend(count: number): boolean {
    if (this.#reports++ === 0 || this.#lent) return false;
    if (count > MAX_METRICS) {
      this.#segments.length = 0;
      return false;
    }
    return this.#lent = true;
  }

  /** Says that the pieces are written: the next report may change them. */
  giveBack(): void {
    this.#lent = false;
  }

  /** The metrics as the elements of a JSON array, without its brackets; the pieces stay until they are given back. */
  *pieces(metrics: readonly Metric[]): Generator<Uint8Array> {
    let segments = 0;
    for (let from = 0; from < metrics.length; from += SEGMENT) {
      const segment = this.#segments[segments++] ??= new Segment(from === 0 ? SPACE : COMMA);
      yield segment.encode(metrics, from, Math.min(SEGMENT, metrics.length - from));
    }
    this.#segments.length = segments;
  }
}

/** Some metrics in a row, and their JSON. */
class Segment {
  #metrics: readonly Metric[] = [];
  readonly #values = new Float64Array(SEGMENT);
  readonly #slotStarts = new Int32Array(SEGMENT);
  readonly #slotEnds = new Int32Array(SEGMENT);
  #bytes: Buffer = Buffer.alloc(0);
  #used = 0;
  /** A value did not fit its slot: from now on every slot takes every number. */
  #wide = false;

  /** @param first what stands before the first metric */
  constructor(private readonly first: number) {}

  encode(metrics: readonly Metric[], from: number, count: number): Uint8Array {
    if (count !== this.#metrics.length || !this.#patch(metrics, from)) {
      this.#make(metrics.slice(from, from + count));
    }
    return this.#bytes.subarray(0, this.#used);
  }

  /** Puts new values into their slots; `false` when more than values has changed, or one does not fit. */
  #patch(metrics: readonly Metric[], from: number): boolean {
    for (let k = 0; k < this.#metrics.length; k++) {
      const metric = metrics[from + k];
      const before = this.#metrics[k];
      if (metric === undefined || before === undefined || !hasSameFrame(before, metric)) return false;
      if (metric.value === this.#values[k]) continue;
      if (!this.#putValue(k, metric.value)) {
        this.#wide = true;
        return false;
      }
    }
    return true;
  }

  #putValue(k: number, value: number): boolean {
    const end = this.#slotEnds[k] ?? 0;
    const at = writeNumber(this.#bytes, this.#slotStarts[k] ?? 0, end, value);
    if (at < 0) return false;
    this.#bytes.fill(SPACE, at, end);
    this.#values[k] = value;
    return true;
  }

  #make(metrics: readonly Metric[]): void {
    this.#metrics = metrics;
    const frames = new Map<string, Frame>();
    let [lastTags, tags]: [readonly string[] | undefined, string] = [undefined, ""];
    let at = 0;
    for (let k = 0; k < metrics.length; k++) {
      const metric = metrics[k] as Metric;
      let frame = frames.get(metric.name);
      if (frame === undefined || !hasSameFrameButTags(frame.of, metric)) {
        frames.set(metric.name, frame = new Frame(metric));
      }
      // The metrics of a model share their tags.
      if (metric.tags !== lastTags) [lastTags, tags] = [metric.tags, JSON.stringify(metric.tags)];
      const text = `${frame.beforeTags}${tags}${frame.afterTags}`;
      this.#reserve(at, MAX_BYTES * text.length + MAX_NUMBER + GROWTH + 1);
      const start = at;
      at += this.#bytes.write(text, at);
      this.#bytes[start] = k === 0 ? this.first : COMMA;
      at = this.#makeSlot(k, at, metric.value);
      this.#bytes.write("}", at++);
    }
    this.#used = at;
  }

  #makeSlot(k: number, at: number, value: number): number {
    const end = writeNumber(this.#bytes, at, at + MAX_NUMBER, value);
    const slotEnd = this.#wide ? at + MAX_NUMBER : Math.min(end + GROWTH, at + MAX_NUMBER);
    this.#bytes.fill(SPACE, end, slotEnd);
    this.#slotStarts[k] = at;
    this.#slotEnds[k] = slotEnd;
    this.#values[k] = value;
    return slotEnd;
  }

  #reserve(at: number, more: number): void {
    if (at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(at + more, 2 * this.#bytes.length, 4_096));
    larger.set(this.#bytes.subarray(0, at));
    this.#bytes = larger;
  }
}

function hasSameFrame(a: Metric, b: Metric): boolean {
  return a.tags === b.tags && hasSameFrameButTags(a, b);
}

function hasSameFrameButTags(a: Metric, b: Metric): boolean {
  return a.name === b.name && a.type === b.type && a.hostname === b.hostname &&
    a.flush_first_value === b.flush_first_value;
}

/** What is around the tags of a metric: the same for many metrics in a row. */
class Frame {
  readonly beforeTags: string;
  readonly afterTags: string;

  constructor(readonly of: Metric) {
    const { name, type, hostname, flush_first_value: flush } = of;
    const end = flush === undefined ? "" : `,"flush_first_value":${flush}`;
    const host = hostname === undefined ? "" : `,"hostname":${JSON.stringify(hostname)}`;
    this.beforeTags = `,{"name":${JSON.stringify(name)},"type":"${type}","tags":`;
    this.afterTags = `${host}${end},"value":`;
  }
}
