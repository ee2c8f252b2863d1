import { Buffer, isAscii, isUtf8 } from "node:buffer";

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const COMMA = 44;
export const EQUALS = 61;
export const BACKSLASH = 92;
export const LEFT_BRACE = 123;
export const RIGHT_BRACE = 125;

/** Bits of {@linkcode CHARACTER}: what a byte may be. The productions are those of OpenMetrics 1.0, "ABNF". */
export const METRIC_NAME_INITIAL = 1;
export const METRIC_NAME = 2;
export const LABEL_NAME_INITIAL = 4;
export const LABEL_NAME = 8;
/** ASCII white space as Python's `str.strip` sees it, without the line feed. */
export const WHITE_SPACE = 16;
/** A label name's character, or a dash, which the Agent reads there and Prometheus' text format does not have. */
export const TOLERANT_LABEL_NAME = 32;

/** What each byte may be; a table lookup is the cheapest class test in a scan. */
export const CHARACTER: Uint8Array = characterTable();

function characterTable(): Uint8Array {
  const table = new Uint8Array(256);
  const set = (characters: string, bits: number) => {
    for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)]! |= bits;
  };
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  set(letters, METRIC_NAME_INITIAL | METRIC_NAME | LABEL_NAME_INITIAL | LABEL_NAME | TOLERANT_LABEL_NAME);
  set(":", METRIC_NAME_INITIAL | METRIC_NAME);
  set("0123456789", METRIC_NAME | LABEL_NAME | TOLERANT_LABEL_NAME);
  set("-", TOLERANT_LABEL_NAME);
  set(" \t\v\f\r\x1c\x1d\x1e\x1f", WHITE_SPACE);
  return table;
}

/** Offsets are 32-bit integers. */
const MAX_LENGTH = 2 ** 31 - 2;

const BYTE_ORDER_MARK_LENGTH = 3;

/**
 * The text under parse: bytes whose last one is a line feed (so that a scan needs no bounds check; a text that lacks
 * it is copied), with cheap ways to make strings of parts of it. A string made here shares no memory with the text.
 */
export class Source {
  readonly bytes: Uint8Array;
  /** Where the text starts: after a byte order mark, if there is one. */
  readonly start: number;
  /** The whole text is valid UTF-8. */
  readonly isUtf8: boolean;
  readonly #buffer: Buffer;
  readonly #view: DataView;
  readonly #encoding: "latin1" | "utf8";

  constructor(text: string | Uint8Array) {
    let bytes: Uint8Array = typeof text === "string" ? Buffer.from(text, "utf8") : text;
    if (bytes.length > MAX_LENGTH) {
      throw new RangeError(`the text has ${bytes.length} bytes: pass at most ${MAX_LENGTH}`);
    }
    if (bytes.length > 0 && bytes[bytes.length - 1] !== LF) {
      const terminated = new Uint8Array(bytes.length + 1);
      terminated.set(bytes);
      terminated[bytes.length] = LF;
      bytes = terminated;
    }
    this.bytes = bytes;
    this.start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? BYTE_ORDER_MARK_LENGTH : 0;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ascii = isAscii(bytes);
    this.isUtf8 = ascii || isUtf8(bytes);
    this.#encoding = ascii ? "latin1" : "utf8";
  }

  /** The bytes from `start` up to `end` as text; invalid UTF-8 becomes U+FFFD. */
  slice(start: number, end: number): string {
    return this.#buffer.toString(this.#encoding, start, end);
  }

  /** The bytes from `start` up to `end`, one character a byte: indexes into it are offsets. */
  octets(start: number, end: number): string {
    return this.#buffer.toString("latin1", start, end);
  }

  /** The offset of the line feed that ends the line of `offset`. */
  lineEnd(offset: number): number {
    return this.bytes.indexOf(LF, offset);
  }

  /** Whether the bytes before `end` end with an ASCII suffix. */
  endsWith(end: number, suffix: string): boolean {
    const start = end - suffix.length;
    for (let i = suffix.length - 1; i >= 0; i--) if (this.bytes[start + i] !== suffix.charCodeAt(i)) return false;
    return true;
  }

  /** Whether two ranges of the same length have the same bytes. */
  areSame(start: number, other: number, length: number): boolean {
    return this.sameLength(start, other, length) === length;
  }

  /**
   * How many bytes from `start` on, at most `length`, are those from another offset on. Four are compared at once (bench:
   * histograms).
   */
  sameLength(start: number, other: number, length: number): number {
    const { bytes } = this;
    const view = this.#view;
    const lastWord = Math.min(length, bytes.length - Math.max(start, other)) - 4;
    let i = 0;
    while (i <= lastWord && view.getInt32(start + i) === view.getInt32(other + i)) i += 4;
    while (i < length && bytes[start + i] === bytes[other + i]) i++;
    return i;
  }

  /** Whether the bytes from `start` up to `end` are valid UTF-8. */
  isUtf8Between(start: number, end: number): boolean {
    return this.isUtf8 || isUtf8(this.bytes.subarray(start, end));
  }
}
