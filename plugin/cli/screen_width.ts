import process from "node:process";

/** Columns where nobody says how many there are. */
const USUAL = 80;
/** Fewer hold no table. */
const MIN = 40;

/**
 * How many columns a text may have: those of the terminal, or what `COLUMNS` says.
 *
 * @param isOnStdout whether it goes to standard output, which may be a terminal
 */
export function screenWidth(isOnStdout: boolean): number {
  const { isTTY, columns } = process.stdout;
  if (isOnStdout && isTTY && columns > 0) return Math.max(MIN, columns);
  const said = Number(process.env["COLUMNS"]);
  return Number.isSafeInteger(said) && said > 0 ? Math.max(MIN, said) : USUAL;
}
