const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
};
const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  kb: 1024,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gib: 1024 ** 3,
};

/** The number that a text stands for where one was expected: `2,5`, `1,000`, `10s`, `64 MiB`; `undefined`: none. */
export function meantNumber(text: string, expected: string): string | undefined {
  if (!/number|port/.test(expected) || text.length > 40) return undefined;
  const isWhole = expected.includes("whole number");
  if (isWhole && /^\d{1,3}(?:[,_' ]\d{3})+$/.test(text)) return text.replace(/\D/g, "");
  if (!isWhole && /^-?\d+,\d+$/.test(text)) return text.replace(",", ".");
  const [, digits = "", unit = ""] = /^(\d+(?:[.,]\d+)?)\s*([A-Za-z]+)$/.exec(text) ?? [];
  const factors = expected.includes("seconds") ? SECONDS : expected.includes("bytes") ? BYTES : {};
  const name = Object.hasOwn(factors, unit.toLowerCase()) ? unit.toLowerCase() : unit.toLowerCase().replace(/s$/, "");
  const factor = Object.hasOwn(factors, name) ? factors[name] : undefined;
  return factor === undefined ? undefined : String(Number((Number(digits.replace(",", ".")) * factor).toFixed(3)));
}
