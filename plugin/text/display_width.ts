/** Characters that stand on the one before them, or are not seen. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** First and last code points of what terminals show in two columns (UAX #11, Wide and Fullwidth), in large blocks. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

// deno-lint-ignore no-control-regex
const ASCII = /^[\x00-\x7f]*$/;

/** How many columns of a terminal a text on one line takes. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** A text with spaces behind it, so that it takes so many columns. */
export function padColumns(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** As much of a text as takes at most so many columns; `…` stands for the rest. */
export function clipColumns(text: string, most: number): string {
  if (displayWidth(text) <= most) return text;
  let [kept, width] = ["", 0];
  for (const character of text) {
    width += widthOf(character);
    if (width > most - 1) break;
    kept += character;
  }
  return most > 0 ? `${kept}…` : "";
}

/** The end of a text that takes at most so many columns; `…` stands for what is before it. */
export function clipStart(text: string, most: number): string {
  if (displayWidth(text) <= most) return text;
  let [kept, width] = ["", 0];
  for (const character of [...text].reverse()) {
    width += widthOf(character);
    if (width > most - 1) break;
    kept = character + kept;
  }
  return most > 0 ? `…${kept}` : "";
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
