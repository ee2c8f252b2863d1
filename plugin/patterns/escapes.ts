import { type Flags } from "./flags.ts";
import {
  ASCII_DIGIT,
  ASCII_SPACE,
  ASCII_WORD,
  type CodeSet,
  complementRanges,
  LAST_CODE_POINT,
  UNICODE_SPACE,
} from "./codeset.ts";
import { lengthOf, type Scanner } from "./scanner.ts";

/** What the backslash sequences that mean a character or a class stand for. */
export type Escaped = { readonly char: number } | { readonly members: CodeSet };

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["\\a", 7],
  ["\\f", 12],
  ["\\n", 10],
  ["\\r", 13],
  ["\\t", 9],
  ["\\v", 11],
  ["\\\\", 0x5c],
]);
const HEX_DIGIT = /^[0-9a-fA-F]$/;
const OCTAL_DIGIT = /^[0-7]$/;
const ASCII_LETTER = /^[a-zA-Z]$/;
const LARGEST_OCTAL = 0o377;

/** The set of `\d`, `\D`, `\s`, `\S`, `\w`, `\W`. */
function classOf(escape: string, ascii: boolean): CodeSet | undefined {
  const set = (ranges: readonly number[]): CodeSet => ({ ranges, classes: [], negated: false });
  const unicode = (name: "d" | "D" | "w" | "W"): CodeSet => ({ ranges: [], classes: [name], negated: false });
  switch (escape) {
    case "\\d":
      return ascii ? set(ASCII_DIGIT) : unicode("d");
    case "\\D":
      return ascii ? set(complementRanges(ASCII_DIGIT)) : unicode("D");
    case "\\w":
      return ascii ? set(ASCII_WORD) : unicode("w");
    case "\\W":
      return ascii ? set(complementRanges(ASCII_WORD)) : unicode("W");
    case "\\s":
      return set(ascii ? ASCII_SPACE : UNICODE_SPACE);
    case "\\S":
      return set(complementRanges(ascii ? ASCII_SPACE : UNICODE_SPACE));
    default:
      return undefined;
  }
}

/**
 * The meaning of a backslash token that has just been taken, inside or outside a set; the rest of a number is taken
 * too. References to groups and anchors are the caller's.
 */
export function readEscape(scanner: Scanner, escape: string, flags: Flags): Escaped {
  const members = classOf(escape, flags.ascii);
  if (members) return { members };
  const control = CONTROLS.get(escape);
  if (control !== undefined) return { char: control };
  const letter = escape.slice(1);
  switch (letter) {
    case "x":
      return { char: readHex(scanner, escape, 2) };
    case "u":
      return { char: readHex(scanner, escape, 4) };
    case "U":
      return { char: readHex(scanner, escape, 8) };
    case "N":
      throw scanner.error("named characters (\\N{...}) are not supported, write \\uXXXX or \\UXXXXXXXX instead", 2);
  }
  if (ASCII_LETTER.test(letter)) throw scanner.error(`bad escape ${escape}`, 2);
  return { char: letter.codePointAt(0) ?? 0 };
}

function readHex(scanner: Scanner, escape: string, digits: number): number {
  const whole = escape + scanner.takeWhile(HEX_DIGIT, digits);
  if (whole.length !== digits + 2) throw scanner.error(`incomplete escape ${whole}`, whole.length);
  const value = parseInt(whole.slice(2), 16);
  if (value > LAST_CODE_POINT) throw scanner.error(`bad escape ${whole}`, whole.length);
  return value;
}

/** `\0`, `\012` anywhere, `\1` … `\377` in a set: the first digit has been taken, up to two more are. */
export function readOctal(scanner: Scanner, escape: string): number {
  const whole = escape + scanner.takeWhile(OCTAL_DIGIT, 2);
  return octalValue(scanner, whole);
}

export function octalValue(scanner: Scanner, escape: string): number {
  const value = parseInt(escape.slice(1), 8);
  if (value > LARGEST_OCTAL) {
    throw scanner.error(`octal escape value ${escape} outside of range 0-0o377`, lengthOf(escape));
  }
  return value;
}

export function isOctalDigit(token: string | undefined): boolean {
  return token !== undefined && OCTAL_DIGIT.test(token);
}
