import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Signature } from "./inspection.ts";
import { segment, signaturePlace } from "./macho_commands.ts";
import { textAt } from "./text.ts";

/** Numbers of Apple's `cs_blobs.h`; what it describes has the most significant byte first. */
const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const CODE_DIRECTORY_SLOT = 0;
/** Directories with `execSeg…`, the fields that tell where the code is. */
const VERSION = 0x20400;
const AD_HOC = 0x2;
const SHA256 = 2;
const DIGEST_BYTES = 32;
const PAGE_SHIFT = 12;
const PAGE = 1 << PAGE_SHIFT;
const MAIN_BINARY = 1;
/** Bytes of a directory of this version before its identifier. */
const DIRECTORY_HEAD = 88;
/** Bytes of a super blob with one blob. */
const SUPER_HEAD = 20;
/** What the memory of a segment is counted in on both processors. */
const MEMORY_PAGE = 0x4000;

/**
 * Reads the signature at an offset, and holds the file before it against it.
 *
 * @throws {Error} where there is none with digests of SHA-256
 */
export function readSignature(view: DataView, offset: number): Signature {
  const word = (at: number) => view.getUint32(at, false);
  if (word(offset) !== SUPER_BLOB) throw new Error("a signature of an unknown form");
  const slots = Array.from({ length: word(offset + 8) }, (_, i) => offset + 12 + i * 8);
  const slot = slots.find((at) => word(at) === CODE_DIRECTORY_SLOT);
  const at = offset + word((slot ?? 0) + 4);
  if (slot === undefined || word(at) !== CODE_DIRECTORY || view.getUint8(at + 37) !== SHA256) {
    throw new Error("a signature without a directory of SHA-256 digests");
  }
  const [digests, identifier, pages, limit] = [word(at + 16), word(at + 20), word(at + 28), word(at + 32)];
  const pageBytes = 1 << view.getUint8(at + 39);
  let wrongPages = pages === Math.ceil(offset / pageBytes) && limit === offset ? 0 : 1;
  for (let i = 0; i < pages; i++) {
    const digest = digestOf(view, i * pageBytes, Math.min((i + 1) * pageBytes, limit));
    const signed = new Uint8Array(view.buffer, view.byteOffset + at + digests + i * DIGEST_BYTES, DIGEST_BYTES);
    if (digest.compare(signed) !== 0) wrongPages++;
  }
  return {
    identifier: textAt(view, at + identifier),
    isAdHoc: (word(at + 12) & AD_HOC) !== 0,
    pages,
    wrongPages,
  };
}

/**
 * Signs a Mach-O ad hoc in place of its signature: digests of its pages, by nobody. It needs no key, and gives the same
 * bytes for the same file.
 *
 * @throws {Error} for a file that never had a signature, whose place would have to be made first
 */
export function signAdHoc(executable: Uint8Array, identifier: string): Uint8Array {
  const there = new DataView(executable.buffer, executable.byteOffset, executable.byteLength);
  const place = signaturePlace(there);
  if (place === undefined) throw new Error("there is no place for a signature");
  const pages = Math.ceil(place.offset / PAGE);
  const name = Buffer.from(`${identifier}\0`);
  const directoryBytes = DIRECTORY_HEAD + name.length + pages * DIGEST_BYTES;
  const signatureBytes = SUPER_HEAD + directoryBytes;

  const signed = Buffer.alloc(Math.ceil((place.offset + signatureBytes) / 16) * 16);
  signed.set(executable.subarray(0, place.offset));
  const view = new DataView(signed.buffer, signed.byteOffset, signed.byteLength);
  // The file tells of its new end before it is signed.
  const link = segment(view, "__LINKEDIT");
  const linkBytes = signed.length - link.offset;
  view.setUint32(place.command + 12, signed.length - place.offset, true);
  view.setBigUint64(link.command + 32, BigInt(Math.ceil(linkBytes / MEMORY_PAGE) * MEMORY_PAGE), true);
  view.setBigUint64(link.command + 48, BigInt(linkBytes), true);

  const text = segment(view, "__TEXT");
  const words = (at: number, ...values: number[]) => values.forEach((value, i) => view.setUint32(at + 4 * i, value));
  const at = place.offset + SUPER_HEAD;
  words(place.offset, SUPER_BLOB, signatureBytes, 1, CODE_DIRECTORY_SLOT, SUPER_HEAD);
  const [identifierAt, digestsAt] = [DIRECTORY_HEAD, DIRECTORY_HEAD + name.length];
  words(at, CODE_DIRECTORY, directoryBytes, VERSION, AD_HOC, digestsAt, identifierAt, 0, pages, place.offset);
  signed.set([DIGEST_BYTES, SHA256, 0, PAGE_SHIFT], at + 36);
  view.setBigUint64(at + 64, BigInt(text.offset));
  view.setBigUint64(at + 72, BigInt(text.size));
  view.setBigUint64(at + 80, BigInt(MAIN_BINARY));
  signed.set(name, at + identifierAt);
  for (let i = 0; i < pages; i++) {
    const digest = digestOf(view, i * PAGE, Math.min((i + 1) * PAGE, place.offset));
    signed.set(digest, at + digestsAt + i * DIGEST_BYTES);
  }
  return signed;
}

function digestOf(view: DataView, start: number, end: number): Buffer {
  const page = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
  return createHash("sha256").update(page).digest();
}
