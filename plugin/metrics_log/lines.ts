const LF = 10;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const windows1252 = new TextDecoder("windows-1252", { ignoreBOM: true });

/** Longest line, in bytes; a metric's line has some 150, and 40 for each further request of a batch. */
export const MAX_LINE = 65_536;

/** Receives lines; `offset` finds out where in the file the line starts, for messages. */
export interface LineReceiver {
  line(text: string, offset: () => number): void;
  /** A line that is longer than {@linkcode MAX_LINE}; it is passed over. */
  tooLong(offset: number): void;
}

/**
 * Makes lines of chunks of a file. A line that is no UTF-8 is taken for Windows-1252, in which Java before 18 writes on
 * Windows: other bytes must stay other labels. A carriage return at the end of a line is dropped. Of the file no more
 * than a chunk and one line are held.
 */
export class LineSplitter {
  readonly #receiver: LineReceiver;
  #offset: number;
  #rest = new Uint8Array(0);
  #skipping: boolean;

  /**
   * @param offset where in the file the first chunk starts
   * @param skipping that is in the middle of a line that is to be passed over
   */
  constructor(receiver: LineReceiver, offset: number, skipping: boolean) {
    this.#receiver = receiver;
    this.#offset = offset;
    this.#skipping = skipping;
  }

  /** Where to go on reading: behind the last line that was received or passed over. */
  get offset(): number {
    return this.#offset;
  }

  /** The offset is in the middle of a line that is too long. */
  get skipping(): boolean {
    return this.#skipping;
  }

  /** Takes the next bytes of the file; they are not kept. */
  push(chunk: Uint8Array): void {
    let start = 0;
    if (this.#skipping || this.#rest.length > 0) {
      start = chunk.indexOf(LF) + 1;
      if (start === 0) {
        this.#keep(chunk);
        return;
      }
      this.#endLine(chunk.subarray(0, start));
    }
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > start) this.#lines(chunk.subarray(start, end));
    this.#keep(chunk.subarray(Math.max(start, end)));
  }

  /** The file will not grow any more: what is left is its last line. */
  end(): void {
    if (this.#rest.length > 0) this.#endLine(new Uint8Array(0));
  }

  #endLine(bytes: Uint8Array): void {
    if (this.#skipping) this.#offset += bytes.length;
    else this.#lines(joined(this.#rest, bytes));
    this.#skipping = false;
    this.#rest = new Uint8Array(0);
  }

  #keep(bytes: Uint8Array): void {
    if (this.#skipping) {
      this.#offset += bytes.length;
    } else if (this.#rest.length + bytes.length > MAX_LINE) {
      this.#receiver.tooLong(this.#offset);
      this.#offset += this.#rest.length + bytes.length;
      this.#rest = new Uint8Array(0);
      this.#skipping = true;
    } else if (bytes.length > 0) {
      this.#rest = joined(this.#rest, bytes);
    }
  }

  /** Whole lines. */
  #lines(bytes: Uint8Array): void {
    const text = decodeLines(bytes);
    let index = 0;
    const blockOffset = this.#offset;
    const offset = () => blockOffset + startOfLine(bytes, index);
    for (let start = 0; start < text.length; index++) {
      const feed = text.indexOf("\n", start);
      const end = feed < 0 ? text.length : feed;
      if (end - start > MAX_LINE) this.#receiver.tooLong(offset());
      else if (end > start) this.#receiver.line(text.slice(start, text[end - 1] === "\r" ? end - 1 : end), offset);
      start = end + 1;
    }
    this.#offset += bytes.length;
  }
}

function decodeLines(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const end = bytes.indexOf(LF) + 1;
    if (end === 0 || end === bytes.length) return windows1252.decode(bytes);
    const texts: string[] = [];
    for (let start = 0; start < bytes.length;) {
      const feed = bytes.indexOf(LF, start);
      const next = feed < 0 ? bytes.length : feed + 1;
      texts.push(decodeLine(bytes.subarray(start, next)));
      start = next;
    }
    return texts.join("");
  }
}

function decodeLine(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function startOfLine(bytes: Uint8Array, index: number): number {
  let start = 0;
  for (let line = 0; line < index; line++) start = bytes.indexOf(LF, start) + 1;
  return start;
}
