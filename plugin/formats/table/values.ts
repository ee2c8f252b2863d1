/** Made once: `toLocaleString` makes a new one for each value, which took 20 s for a report of 200,000 metrics. */
const EXACT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });
const SHORT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** Up to six decimals; large whole numbers in groups of three digits. */
export function exact(value: number): string {
  return EXACT.format(Number.isInteger(value) ? value : Number(value.toPrecision(10)));
}

/** Units of bytes: what one is, and the steps that people know. */
const BYTES: ReadonlyMap<
  string,
  { readonly factor: number; readonly step: number; readonly names: readonly string[] }
> = new Map(
  ([["byte", 0], ["kilobyte", 1], ["megabyte", 2], ["gigabyte", 3]] as const).map(([unit, power]) => [
    unit,
    { factor: 1000 ** power, step: 1000, names: ["B", "kB", "MB", "GB", "TB", "PB"] },
  ]),
);
const MEBIBYTES = { factor: 1024 ** 2, step: 1024, names: ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] };

/** Seconds in one of each unit of time. */
const SECONDS: ReadonlyMap<string, number> = new Map([
  ["nanosecond", 1e-9],
  ["microsecond", 1e-6],
  ["millisecond", 1e-3],
  ["second", 1],
  ["minute", 60],
  ["hour", 3600],
]);

/** What numbers stand for that are words to people, by the end of a metric's name. */
const WORDS: readonly (readonly [string, readonly string[]])[] = [
  ["model.worker.status", ["UNKNOWN", "READY", "LOADING", "UNLOADING"]],
  ["model.worker.is_gpu", ["no", "yes"]],
  ["model.is_loaded_at_startup", ["no", "yes"]],
  ["model.version.is_default", ["no", "yes"]],
];

/**
 * A value as people read it.
 *
 * @param unit the unit's name in metadata.csv, `""` where there is none
 */
export function readable(value: number, unit: string, name = ""): string {
  const words = WORDS.find(([end]) => name.endsWith(end))?.[1];
  if (words?.[value] !== undefined) return words[value];
  const bytes = unit === "mebibyte" ? MEBIBYTES : BYTES.get(unit);
  if (bytes !== undefined) return scaled(value * bytes.factor, bytes.step, bytes.names);
  const seconds = SECONDS.get(unit);
  if (seconds !== undefined) return duration(value * seconds);
  if (unit === "percent") return `${exact(Number(value.toFixed(2)))}%`;
  if (unit === "") return exact(value);
  return `${exact(value)} ${unit}${value === 1 ? "" : "s"}`;
}

function scaled(value: number, step: number, names: readonly string[]): string {
  let [left, power] = [value, 0];
  while (Math.abs(left) >= step && power < names.length - 1) [left, power] = [left / step, power + 1];
  // 999.9 kB are 1 MB: what is rounded up to a step is one of the next.
  if (Math.abs(Number(left.toPrecision(3))) >= step && power < names.length - 1) {
    [left, power] = [left / step, power + 1];
  }
  return `${SHORT.format(left)} ${names[power] ?? ""}`;
}

/** From so many seconds on, what a duration is told in. */
const LONG: readonly (readonly [number, string, number, string])[] = [
  [86_400, "d", 3_600, "h"],
  [3_600, "h", 60, "min"],
  [60, "min", 1, "s"],
];

/** Seconds as people read them. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? "-" : "";
  for (const [whole, name, part, partName] of LONG) {
    if (Math.round(size / part) * part < whole) continue;
    const parts = Math.round(size / part);
    const [count, rest] = [Math.floor(parts * part / whole), parts % (whole / part)];
    return `${sign}${EXACT.format(count)} ${name}${rest === 0 ? "" : ` ${rest} ${partName}`}`;
  }
  if (size >= 0.9995 || size === 0) return `${SHORT.format(seconds)} s`;
  if (size >= 0.0009995) return `${SHORT.format(seconds * 1e3)} ms`;
  return `${SHORT.format(seconds * 1e6)} µs`;
}

/** How many there are of something. */
export function plural(count: number, noun: string): string {
  return `${EXACT.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Orders texts as people do: model_2 before model_10. */
export const naturally: (a: string, b: string) => number = COLLATOR.compare;
