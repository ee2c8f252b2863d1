import { CHARACTER, CR, METRIC_NAME, METRIC_NAME_INITIAL, type Source, SPACE } from "./source.ts";

/** A TYPE, UNIT or HELP line. */
export interface Descriptor {
  readonly keyword: "TYPE" | "UNIT" | "HELP";
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Where the text after the name starts; it ends with the line. */
  readonly textStart: number;
}

/** Why a line is no descriptor, and where. */
export interface DescriptorProblem {
  readonly offset: number;
  readonly expected: string;
  readonly offendingEnd?: number;
}

/**
 * Reads `HASH SP (type / unit / help) SP metricname SP …` (OpenMetrics 1.0, "ABNF"; "MetricFamily metadata": there are no
 * comments).
 *
 * @param start the offset of the `#`
 * @param end the offset of the line feed
 */
export function readDescriptor(source: Source, start: number, end: number): Descriptor | DescriptorProblem {
  const bytes = source.bytes;
  if (bytes[start + 1] !== SPACE) return { offset: start + 1, expected: "a space" };
  const keyword = source.octets(start + 2, Math.min(start + 6, end));
  if (keyword !== "TYPE" && keyword !== "UNIT" && keyword !== "HELP") {
    return { offset: start + 2, expected: "TYPE, UNIT, HELP or EOF", offendingEnd: end };
  }
  if (bytes[start + 6] !== SPACE) return { offset: start + 6, expected: "a space" };
  const nameStart = start + 7;
  if ((CHARACTER[bytes[nameStart]!]! & METRIC_NAME_INITIAL) === 0) {
    return { offset: nameStart, expected: "a metric name" };
  }
  let nameEnd = nameStart + 1;
  while ((CHARACTER[bytes[nameEnd]!]! & METRIC_NAME) !== 0) nameEnd++;
  if (bytes[nameEnd] !== SPACE) return { offset: nameEnd, expected: "a space" };
  if (bytes[end - 1] === CR) return { offset: end - 1, expected: "no carriage return at the end of the line" };
  if (!source.isUtf8Between(nameEnd, end)) return { offset: nameEnd + 1, expected: "UTF-8", offendingEnd: end };
  return { keyword, nameStart, nameEnd, textStart: nameEnd + 1 };
}

/** Whether the bytes from `start` up to `end` are of a metric name's characters: `*metricname-char` of a unit. */
export function areNameCharacters(source: Source, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset++) {
    if ((CHARACTER[source.bytes[offset]!]! & METRIC_NAME) === 0) return false;
  }
  return true;
}
