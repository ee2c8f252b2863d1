import type { LabelSplitter } from "./labels.ts";
import { isStrictNumber, scanNumber } from "./number.ts";
import {
  BACKSLASH,
  CHARACTER,
  COMMA,
  EQUALS,
  LABEL_NAME,
  LABEL_NAME_INITIAL,
  LEFT_BRACE,
  LF,
  QUOTE,
  RIGHT_BRACE,
  type Source,
  SPACE,
} from "./source.ts";

/** OpenMetrics 1.0, "Exemplars": the label names and values together. */
const MAX_CHARACTERS = 128;

/** What an exemplar says that a sample's rules need. */
export interface Exemplar {
  readonly value: number;
  /** The offset of the line feed after it. */
  readonly end: number;
}

/** Why there is no exemplar, and where. */
export interface ExemplarProblem {
  readonly offset: number;
  readonly expected: string;
}

/**
 * Reads an exemplar, `HASH SP labels SP number [SP timestamp]` and the line feed (OpenMetrics 1.0, "ABNF").
 *
 * @param start the offset of the `#`
 */
export function readExemplar(source: Source, splitter: LabelSplitter, start: number): Exemplar | ExemplarProblem {
  const bytes = source.bytes;
  if (bytes[start + 1] !== SPACE) return { offset: start + 1, expected: "a space" };
  if (bytes[start + 2] !== LEFT_BRACE) return { offset: start + 2, expected: '"{"' };
  const labelsEnd = findLabelsEnd(bytes, start + 3);
  if (typeof labelsEnd !== "number") return labelsEnd;
  const problem = checkLabels(splitter.split(source.slice(start + 3, labelsEnd)), start + 3);
  if (problem !== undefined) return problem;
  if (bytes[labelsEnd + 1] !== SPACE) return { offset: labelsEnd + 1, expected: "a space" };
  const exemplar = readNumbers(source, labelsEnd + 2);
  if ("end" in exemplar && !source.isUtf8Between(start, exemplar.end)) return { offset: start, expected: "UTF-8" };
  return exemplar;
}

function readNumbers(source: Source, start: number): Exemplar | ExemplarProblem {
  const bytes = source.bytes;
  const numbers = new Float64Array(2);
  const valueEnd = scanNumber(source, start, numbers, 0);
  const value = numbers[0]!;
  if (valueEnd === -1 || !isStrictNumber(bytes, start, value)) {
    return { offset: start, expected: "an exemplar's value" };
  }
  if (bytes[valueEnd] === LF) return { value, end: valueEnd };
  if (bytes[valueEnd] !== SPACE) return { offset: valueEnd, expected: "a space or the end of the line" };
  const end = scanNumber(source, valueEnd + 1, numbers, 1);
  if (end === -1 || !Number.isFinite(numbers[1])) return { offset: valueEnd + 1, expected: "an exemplar's timestamp" };
  return bytes[end] === LF ? { value, end } : { offset: end, expected: "the end of the line" };
}

/** The offset of the brace that closes the labels which start at `start`. */
function findLabelsEnd(bytes: Uint8Array, start: number): number | ExemplarProblem {
  let offset = start;
  if (bytes[offset] === RIGHT_BRACE) return offset;
  for (;;) {
    if ((CHARACTER[bytes[offset]!]! & LABEL_NAME_INITIAL) === 0) return { offset, expected: "a label name" };
    while ((CHARACTER[bytes[offset]!]! & LABEL_NAME) !== 0) offset++;
    if (bytes[offset] !== EQUALS) return { offset, expected: '"="' };
    if (bytes[++offset] !== QUOTE) return { offset, expected: "an opening quote" };
    offset++;
    while (bytes[offset] !== QUOTE) {
      if (bytes[offset] === BACKSLASH) offset++;
      if (bytes[offset] === LF) return { offset, expected: "a closing quote" };
      offset++;
    }
    offset++;
    if (bytes[offset] === RIGHT_BRACE) return offset;
    if (bytes[offset] !== COMMA) return { offset, expected: '"," or "}"' };
    offset++;
  }
}

function checkLabels(labels: string[], offset: number): ExemplarProblem | undefined {
  let characters = 0;
  const names = new Set<string>();
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!;
    if (names.has(name)) return { offset, expected: "an exemplar without repeated label names" };
    names.add(name);
    const value = labels[i + 1]!;
    characters += name.length + (value.length > 2 * MAX_CHARACTERS ? value.length : [...value].length);
  }
  if (characters <= MAX_CHARACTERS) return undefined;
  return { offset, expected: `an exemplar whose labels have at most ${MAX_CHARACTERS} characters` };
}
