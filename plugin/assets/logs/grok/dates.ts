import { GrokError } from "./error.ts";

/** A date matcher: what it matches, and the milliseconds since the epoch that a match stands for. */
export interface DateFormat {
  readonly source: string;
  parse(text: string): number | undefined;
}

const FIELDS: Readonly<Record<string, string>> = {
  yyyy: "year",
  MM: "month",
  dd: "day",
  HH: "hour",
  mm: "minute",
  ss: "second",
  SSS: "millisecond",
};

/**
 * Reads a pattern of Java's dates, as far as ours use them: numbers of fixed width, and texts in single quotes.
 *
 * @param zone only UTC is known
 * @throws {GrokError} for another letter or zone
 */
export function dateFormat(pattern: string, zone: string): DateFormat {
  if (zone !== "UTC") throw new GrokError(`found the time zone "${zone}"; expected "UTC"`);
  const fields: string[] = [];
  let source = "";
  for (const [part, quoted, letters] of pattern.matchAll(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']/g)) {
    if (letters === undefined) {
      source += escaped(quoted ?? part);
      continue;
    }
    const field = FIELDS[part];
    if (field === undefined) {
      throw new GrokError(`found "${part}" in a date; expected one of ${Object.keys(FIELDS).join(", ")}`);
    }
    fields.push(field);
    source += `[0-9]{${part.length}}`;
  }
  const captures = new RegExp(`^${source.replace(/\[0-9\]\{\d\}/g, "($&)")}$`);
  return {
    source,
    parse(text) {
      const numbers = captures.exec(text)?.slice(1).map(Number);
      if (numbers === undefined) return undefined;
      const of = (field: string, absent: number) => numbers[fields.indexOf(field)] ?? absent;
      const [year, month, day] = [of("year", 1970), of("month", 1), of("day", 1)];
      const date = new Date(0);
      date.setUTCFullYear(year, month - 1, day);
      date.setUTCHours(of("hour", 0), of("minute", 0), of("second", 0), of("millisecond", 0));
      return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
