import type { Metric, Report } from "../report/report.ts";

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);

/** `,"tags":[…]` of tag lists: one list serves many metrics, and many runs. */
const tagsBytes = new WeakMap<readonly string[], Uint8Array>();

/** What follows the tags, by `flush_first_value`. */
const END = {
  absent: bytesOf("}"),
  true: bytesOf(',"flush_first_value":true}'),
  false: bytesOf(',"flush_first_value":false}'),
};

/** Bytes of a piece: what a pipe takes at once. */
const PIECE = 65_536;
/** Digits that are written one by one; a longer number goes through its text. */
const MAX_DIGITS = 9;
const ZERO = 48;

/**
 * A report as JSON, in pieces; each is valid until the next one is asked for. A report of 100,000 metrics spends most of
 * its time here, so what repeats is encoded once and copied, and the host reads the first pieces while the last ones
 * are made.
 */
export function* encodeReport(report: Report): Generator<Uint8Array> {
  const { metrics, ...rest } = report;
  let piece = new Uint8Array(PIECE);
  let at = 0;
  let head = new Uint8Array();
  let last: Metric | undefined;
  yield bytesOf('{"metrics":[');
  for (const metric of metrics) {
    if (metric.name !== last?.name || metric.type !== last.type) {
      head = bytesOf(`,{"name":${JSON.stringify(metric.name)},"type":"${metric.type}","value":`);
    }
    const tags = encodeTags(metric.tags);
    const end = endOf(metric);
    const most = head.length + 32 + tags.length + end.length;
    if (at + most > piece.length) {
      yield piece.subarray(0, at);
      at = 0;
      if (most > piece.length) piece = new Uint8Array(2 * most);
    }
    piece.set(head, at);
    at += head.length;
    at = writeNumber(piece, at, metric.value);
    piece.set(tags, at);
    at += tags.length;
    piece.set(end, at);
    at += end.length;
    if (last === undefined) piece[0] = SPACE;
    last = metric;
  }
  if (at > 0) yield piece.subarray(0, at);
  yield bytesOf(`],${JSON.stringify(rest).slice(1)}`);
}

/** In the place of the comma before the first metric. */
const SPACE = 32;

function encodeTags(tags: readonly string[]): Uint8Array {
  let bytes = tagsBytes.get(tags);
  if (bytes === undefined) tagsBytes.set(tags, bytes = bytesOf(`,"tags":${JSON.stringify(tags)}`));
  return bytes;
}

function endOf({ hostname, flush_first_value: flush }: Metric): Uint8Array {
  const end = flush === undefined ? END.absent : flush ? END.true : END.false;
  if (hostname === undefined) return end;
  const host = bytesOf(`,"hostname":${JSON.stringify(hostname)}`);
  const both = new Uint8Array(host.length + end.length);
  both.set(host);
  both.set(end, host.length);
  return both;
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
