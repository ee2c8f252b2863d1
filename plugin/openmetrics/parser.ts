import type { Problems } from "./problems.ts";
import { HASH, LF, type Source } from "./source.ts";

/** What the lines of one format mean. */
export interface Parser {
  /** No further line is to be read: the text says so, or the consumer. */
  readonly isDone: boolean;
  readonly families: number;
  readonly samples: number;
  /** The consumer asked to stop. */
  readonly isStopped: boolean;
  /** The text starts with a byte order mark, before its first line. */
  readByteOrderMark(): void;
  /** A line without any character, whose line feed is at `start`. */
  readBlank(start: number): void;
  /** A line that starts with `#`; its line feed is at `end`. */
  readComment(start: number, end: number): void;
  /** Any other line. @returns the offset of its line feed */
  readSample(start: number): number;
  /** A line that is not read at all, and why. */
  skipLine(start: number, reason: string): void;
  /** All lines were read; `end` is the offset after the last one. */
  finish(end: number): void;
}

/**
 * Goes through a text line by line. Lines end at line feeds (OpenMetrics 1.0, "ABNF"; Prometheus' text format, "Text
 * format details"); a longer one than `maxLineLength` bytes is a problem and is not read.
 */
export function readLines(source: Source, parser: Parser, problems: Problems, maxLineLength: number): void {
  const { bytes, start: first } = source;
  const end = bytes.length;
  const mayBeTooLong = end > maxLineLength;
  let start = first;
  if (first > 0) parser.readByteOrderMark();
  while (start < end && !parser.isDone) {
    problems.line++;
    problems.lineStart = start;
    const byte = bytes[start];
    if (mayBeTooLong && source.lineEnd(start) - start > maxLineLength) {
      const reason = problems.report(start + maxLineLength, `a line of at most ${maxLineLength} bytes`);
      problems.skippedLines++;
      parser.skipLine(start, reason);
      start = source.lineEnd(start) + 1;
    } else if (byte === HASH) {
      const lineEnd = source.lineEnd(start);
      parser.readComment(start, lineEnd);
      start = lineEnd + 1;
    } else if (byte === LF) {
      parser.readBlank(start);
      start++;
    } else {
      start = parser.readSample(start) + 1;
    }
  }
  if (parser.isStopped) return;
  problems.startLine(start);
  parser.finish(start);
}
