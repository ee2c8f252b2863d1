/**
 * A number as Python's `repr` writes a float, which is how the Agent writes the bounds of buckets and quantiles into
 * tags: `0.5`, `1.0`, `1e+16`, `1e-05`, `inf`, `nan`.
 */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** A bound or quantile: as a float, but zero is written `0` (OpenMetrics 1.0, "Considerations: Canonical Numbers"). */
export function canonicalNumber(value: number): string {
  return value === 0 ? "0" : floatText(value);
}

/** A longer text is no number that anybody writes, in characters. */
const MAX_NUMBER = 1_000;

/** A label's number as Python's `float()` reads it: also `+Inf`, `infinity`, `1_000`. `undefined` where it is none. */
export function parseFloatLabel(text: string): number | undefined {
  if (text.length > MAX_NUMBER) return undefined;
  const trimmed = text.trim();
  const word = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(trimmed);
  if (word !== null) {
    if (word[2]?.toLowerCase() === "nan") return NaN;
    return word[1] === "-" ? -Infinity : Infinity;
  }
  if (!/^[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i.test(trimmed)) return undefined;
  return Number(trimmed.replaceAll("_", ""));
}
