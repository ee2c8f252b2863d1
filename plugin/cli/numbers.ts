import { InvalidArgumentError } from "commander";

/** Whole numbers within bounds, or why not. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `expected a whole number of at least ${least}${most < 1e9 ? ` and at most ${most}` : ""}`,
    );
  };
}

/** A number of seconds, or why not. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("expected a number of seconds");
}
