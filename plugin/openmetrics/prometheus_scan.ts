import {
  BACKSLASH,
  CHARACTER,
  COMMA,
  EQUALS,
  LABEL_NAME_INITIAL,
  LEFT_BRACE,
  LF,
  QUOTE,
  RIGHT_BRACE,
  TOLERANT_LABEL_NAME,
  WHITE_SPACE,
} from "./source.ts";
import { scanNumber } from "./number.ts";
import type { Source } from "./source.ts";

/** Where a text is not of the form that it should have, and what that is. */
export interface Mismatch {
  readonly offset: number;
  readonly expected: string;
}

/** The offset of the first byte at or after `start` that is not white space; the line feed is none. */
export function skipSpace(bytes: Uint8Array, start: number): number {
  let offset = start;
  while ((CHARACTER[bytes[offset]!]! & WHITE_SPACE) !== 0) offset++;
  return offset;
}

/** The offset of the quote that ends a quoted text whose first character is at `start`; -1 if the line ends before. */
export function scanQuoted(bytes: Uint8Array, start: number): number {
  let offset = start;
  for (;;) {
    const byte = bytes[offset];
    if (byte === QUOTE) return offset;
    if (byte === LF) return -1;
    offset += byte === BACKSLASH && bytes[offset + 1] !== LF ? 2 : 1;
  }
}

/**
 * Reads labels of Prometheus' text format, from after the opening brace (and a metric's quoted name, if it stands there)
 * to the closing one: white space may stand around names and values, a comma at the end, and names may be quoted
 * (version 1.0.0). A comma alone is no label.
 *
 * @param onName receives each name's place, without quotes
 * @returns the offset of the closing brace
 */
export function scanLabels(
  bytes: Uint8Array,
  start: number,
  onName: (start: number, end: number) => void,
): number | Mismatch {
  let offset = skipSpace(bytes, start);
  if (bytes[offset] === COMMA) {
    const brace = skipSpace(bytes, offset + 1);
    if (bytes[brace] === RIGHT_BRACE) return brace;
  }
  while (bytes[offset] !== RIGHT_BRACE) {
    let nameStart = offset;
    let nameEnd: number;
    if (bytes[offset] === QUOTE) {
      nameEnd = scanQuoted(bytes, ++nameStart);
      if (nameEnd === -1) return { offset: lineEnd(bytes, nameStart), expected: "a closing quote" };
      offset = nameEnd + 1;
    } else {
      if ((CHARACTER[bytes[offset]!]! & LABEL_NAME_INITIAL) === 0) return { offset, expected: "a label name" };
      while ((CHARACTER[bytes[offset]!]! & TOLERANT_LABEL_NAME) !== 0) offset++;
      nameEnd = offset;
    }
    if (nameStart === nameEnd) return { offset: nameStart, expected: "a label name" };
    offset = skipSpace(bytes, offset);
    if (bytes[offset] !== EQUALS) return { offset, expected: '"="' };
    onName(nameStart, nameEnd);
    offset = skipSpace(bytes, offset + 1);
    if (bytes[offset] !== QUOTE) return { offset, expected: "an opening quote" };
    const quote = scanQuoted(bytes, offset + 1);
    if (quote === -1) return { offset: lineEnd(bytes, offset), expected: "a closing quote" };
    offset = skipSpace(bytes, quote + 1);
    if (bytes[offset] === COMMA) offset = skipSpace(bytes, offset + 1);
    else if (bytes[offset] !== RIGHT_BRACE) return { offset, expected: '"," or "}"' };
  }
  return offset;
}

/**
 * Reads a number that white space or the line's end follows.
 *
 * @param out receives the value at `index`
 * @returns the offset after the number and the white space, or -1
 */
export function scanNumberAndSpace(source: Source, start: number, out: Float64Array, index: number): number {
  const { bytes } = source;
  const end = scanNumber(source, start, out, index);
  if (end === -1) return -1;
  const offset = skipSpace(bytes, end);
  return offset > end || bytes[end] === LF ? offset : -1;
}

/**
 * Checks an exemplar on a line of Prometheus' text format, where servers of OpenMetrics sometimes leave it:
 * `# {labels} value [timestamp]`. It is passed over, as in the Agent's other formats.
 *
 * @param start the offset of the `#`
 */
export function checkExemplar(source: Source, start: number): Mismatch | undefined {
  const { bytes } = source;
  const brace = skipSpace(bytes, start + 1);
  if (bytes[brace] !== LEFT_BRACE) return { offset: brace, expected: 'an exemplar\'s "{"' };
  const labelsEnd = scanLabels(bytes, brace + 1, () => {});
  if (typeof labelsEnd !== "number") return labelsEnd;
  const numbers = new Float64Array(2);
  const valueStart = skipSpace(bytes, labelsEnd + 1);
  let end = scanNumberAndSpace(source, valueStart, numbers, 0);
  if (end === -1) return { offset: valueStart, expected: "an exemplar's value" };
  if (bytes[end] === LF) return undefined;
  const timestampStart = end;
  end = scanNumberAndSpace(source, timestampStart, numbers, 1);
  if (end === -1 || !Number.isFinite(numbers[1])) {
    return { offset: timestampStart, expected: "an exemplar's timestamp" };
  }
  return bytes[end] === LF ? undefined : { offset: end, expected: "the end of the line" };
}

function lineEnd(bytes: Uint8Array, start: number): number {
  return bytes.indexOf(LF, start);
}
