import { type Mistake, mistakeAt } from "./mistake.ts";

/** The first bytes of files that are no text, and what such a file is. */
const STARTS: readonly (readonly [bytes: readonly number[], called: string, advice: string])[] = [
  [[0x1f, 0x8b], "a file that gzip compressed", "run gunzip on it first"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a file that zstd compressed", "run unzstd on it first"],
  [[0x42, 0x5a, 0x68], "a file that bzip2 compressed", "run bunzip2 on it first"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "a file that xz compressed", "run unxz on it first"],
  [
    [0x50, 0x4b, 0x03, 0x04],
    "a zip archive, as TorchServe's model archives (.mar) are",
    "name the configuration file itself",
  ],
  [[0x7f, 0x45, 0x4c, 0x46], "a program", "name the configuration file itself"],
];
const UTF_8 = "save it as UTF-8";

/** What is wrong with bytes, and the text that they are as Windows-1252, where they are likely that. */
export interface WrongBytes {
  readonly mistake: Mistake;
  readonly shown?: string;
}

/**
 * The text of a file, or what is wrong with its bytes.
 *
 * @param bytes of which any may be there
 */
export function textOf(bytes: Uint8Array): { readonly text: string } | WrongBytes {
  const known = STARTS.find(([start]) => start.every((byte, i) => bytes[i] === byte));
  if (known !== undefined) return { mistake: mistakeAt(0, 0, `Found ${known[1]}; expected text in UTF-8.`, known[2]) };
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return { mistake: mistakeAt(0, 0, `Found ${utf16}; expected text in UTF-8.`, UTF_8) };
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    return {
      mistake: at(
        bytes,
        zero,
        "Found a byte 0x00, which is in no text: this is a binary file",
        "name the configuration file itself",
      ),
    };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const index = firstInvalid(bytes);
    const shown = `0x${(bytes[index] ?? 0).toString(16).toUpperCase().padStart(2, "0")}`;
    const what = `Found a byte ${shown}, which is no UTF-8: it may be Latin-1 or Windows-1252`;
    return { mistake: at(bytes, index, what, UTF_8), shown: new TextDecoder("windows-1252").decode(bytes) };
  }
}

function utf16Of(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "UTF-16 (little endian)";
  if (first === 0xfe && second === 0xff) return "UTF-16 (big endian)";
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  const start = bytes.subarray(0, 64);
  const isZero = (rest: number) => start.every((byte, i) => i % 2 !== rest || byte === 0);
  const isText = (rest: number) => start.every((byte, i) => i % 2 !== rest || byte !== 0);
  if (isZero(1) && isText(0)) return "UTF-16 (little endian)";
  return isZero(0) && isText(1) ? "UTF-16 (big endian)" : undefined;
}

/** Where the first byte is that no UTF-8 has there. */
function firstInvalid(bytes: Uint8Array): number {
  let [low, high] = [0, bytes.length];
  // What is right up to one place is right up to all places before it.
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (isUtf8(bytes.subarray(0, middle))) low = middle;
    else high = middle;
  }
  // The bytes before it may be the start of a character that never comes.
  for (let start = low; start > low - 4 && start > 0; start--) if (isWhole(bytes.subarray(0, start))) return start;
  return low;
}

function isWhole(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whether bytes are UTF-8; the last character may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function at(bytes: Uint8Array, index: number, what: string, advice: string): Mistake {
  const before = new TextDecoder().decode(bytes.subarray(0, index)).split(/\r\n?|\n/);
  return mistakeAt(before.length - 1, before.at(-1)?.length ?? 0, `${what}; expected text in UTF-8.`, advice);
}
