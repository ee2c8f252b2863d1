/** Numbers and times for people. */

/** How numbers of a unit are written: multiplied, with a suffix. */
export interface Scale {
  readonly factor: number;
  readonly suffix: string;
}

const TIMES: readonly (readonly [least: number, suffix: string, seconds: number])[] = [
  [172_800, "d", 86_400],
  [7_200, "h", 3_600],
  [120, "min", 60],
  [1, "s", 1],
  [1e-3, "ms", 1e-3],
  [0, "µs", 1e-6],
];
const SECONDS: Readonly<Record<string, number>> = { microsecond: 1e-6, millisecond: 1e-3, second: 1 };
/** TorchServe divides by 1024 where it says mega and giga. */
const BYTES: Readonly<Record<string, number>> = {
  byte: 1,
  megabyte: 1024 ** 2,
  mebibyte: 1024 ** 2,
  gigabyte: 1024 ** 3,
};
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/** How a number of a unit, and those of its size, are best read. */
export function scaleOf(unit: string, value: number): Scale {
  const size = Math.abs(value);
  const seconds = SECONDS[unit];
  if (seconds !== undefined) {
    if (size === 0) return { factor: 1, suffix: unit === "second" ? "s" : unit === "millisecond" ? "ms" : "µs" };
    const [, suffix, each] = TIMES.find(([least]) => size * seconds >= least) ?? [0, "s", 1];
    return { factor: seconds / each, suffix };
  }
  const bytes = BYTES[unit];
  if (bytes !== undefined) {
    const power = Math.min(4, Math.max(0, Math.floor(Math.log(Math.max(1, size * bytes)) / Math.log(1024))));
    return { factor: bytes / 1024 ** power, suffix: SIZES[power] ?? "B" };
  }
  if (unit === "percent") return { factor: 1, suffix: "%" };
  const [factor, letter] = size >= 1e9 ? [1e-9, "G"] : size >= 1e6 ? [1e-6, "M"] : size >= 1e4 ? [1e-3, "k"] : [1, ""];
  if (unit === "per second") return { factor, suffix: `${letter}/s` };
  return { factor, suffix: unit === "" ? letter : [letter, unit].join(" ").trim() };
}

/** Whether numbers of a unit are sizes. */
export const isBytes = (unit: string): boolean => BYTES[unit] !== undefined;

/** A number of at most three digits that say something, or all before the point. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US").replaceAll(",", "\u202f");
  const fixed = value.toFixed(size >= 10 ? 1 : 2);
  return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
}

/** The two parts of a number: what is large, and its unit. */
export function numberAndUnit(value: number, unit: string): { readonly number: string; readonly suffix: string } {
  const { factor, suffix } = scaleOf(unit, value);
  return { number: digits(value * factor), suffix };
}

/** A number with its unit. */
export function withUnit(value: number, unit: string): string {
  const { number, suffix } = numberAndUnit(value, unit);
  return suffix === ""
    ? number
    : suffix === "%" || suffix.startsWith("/")
    ? `${number}${suffix}`
    : `${number} ${suffix}`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const SHORT = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "short", day: "numeric" });

/** `12:00:05`. @param seconds since the epoch */
export const clock = (seconds: number): string => CLOCK.format(seconds * 1_000);
/** `12:00`. */
export const shortClock = (seconds: number): string => SHORT.format(seconds * 1_000);
/** `5 Jan 2031 at 12:00:05`. */
export const dayAndClock = (seconds: number): string => `${DAY.format(seconds * 1_000)} at ${clock(seconds)}`;

/** `5 min`, `1 h`. */
export function duration(seconds: number): string {
  if (seconds < 1) return "a moment";
  const { factor, suffix } = scaleOf("second", seconds);
  return `${Math.round(seconds * factor)} ${suffix}`;
}
