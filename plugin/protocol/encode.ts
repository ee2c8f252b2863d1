import { Buffer } from "node:buffer";
import type { Report } from "../report/mod.ts";
import type { EncodedMetrics } from "./encoded_metrics.ts";
import type { JsonPieces, Piece } from "./pieces.ts";

/** Bytes of a piece: several of what a pipe takes at once. */
const PIECE = 262_144;
/** Elements that are made into text together. */
const TOGETHER = 256;
/** What a UTF-16 unit of a text takes at most, in bytes. */
const MAX_BYTES = 3;
const SPACE = 32;
const COMMA = 44;

/**
 * A report as JSON, in pieces. A report of 100,000 metrics spends most of its time here. The first one of an instance may
 * be a process' only one: the runtime's own encoder needs no warming up. Later ones are made from what is remembered.
 *
 * @param memory of the instance that the report is of
 */
export function encodeReport(report: Report, memory?: EncodedMetrics): JsonPieces {
  if (memory?.lend(report.metrics.length) !== true) return { pieces: around(report, plainPieces(report.metrics)) };
  const pieces = around(report, memory.pieces(report.metrics));
  // The pieces of the buckets do not stay.
  if (report.histogram_buckets.length > 0) return { pieces: untilAsked(pieces, memory) };
  return { pieces, onWritten: () => memory.giveBack() };
}

/** Pieces that are valid until the next one is asked for: after the last one the memory is given back. */
function* untilAsked(pieces: Iterable<Piece>, memory: EncodedMetrics): Generator<Piece> {
  try {
    yield* pieces;
  } finally {
    memory.giveBack();
  }
}

function* around(report: Report, metrics: Iterable<Uint8Array>): Generator<Piece> {
  const { metrics: _, histogram_buckets: buckets, ...rest } = report;
  yield '{"metrics":[';
  yield* metrics;
  yield '],"histogram_buckets":[';
  yield* plainPieces(buckets);
  yield `],${JSON.stringify(rest).slice(1)}`;
}

/** The elements of an array, without its brackets; each piece is valid until the next one is asked for. */
function* plainPieces(elements: readonly object[]): Generator<Uint8Array> {
  if (elements.length === 0) return;
  let piece = Buffer.allocUnsafe(elements.length < TOGETHER ? 0 : PIECE);
  let at = 0;
  for (let from = 0; from < elements.length; from += TOGETHER) {
    const text = JSON.stringify(elements.slice(from, from + TOGETHER));
    const most = MAX_BYTES * text.length;
    if (at + most > piece.length) {
      if (at > 0) yield piece.subarray(0, at);
      at = 0;
      if (most > piece.length) piece = Buffer.allocUnsafe(most);
    }
    const start = at;
    // The brackets: one becomes the comma before these elements, the other is left out.
    at += piece.write(text, at) - 1;
    piece[start] = from === 0 ? SPACE : COMMA;
  }
  if (at > 0) yield piece.subarray(0, at);
}
