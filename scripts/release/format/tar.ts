import { Buffer } from "node:buffer";
import { type Entry, sorted } from "./entry.ts";

const BLOCK = 512;
/** What a name may be long in the older of its two places, and what may stand before it in the other. */
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

/**
 * A tar archive in the form of POSIX 1003.1-1988 (ustar), whose files belong to root and are of one date.
 *
 * @param date in seconds since the epoch
 */
export function tar(entries: readonly Entry[], date: number): Buffer {
  const blocks: Uint8Array[] = [];
  for (const entry of sorted(entries)) {
    blocks.push(header(entry, date), entry.content);
    blocks.push(new Uint8Array((BLOCK - entry.content.length % BLOCK) % BLOCK));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(blocks);
}

function header({ path, content, executable = false }: Entry, date: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const isDirectory = path.endsWith("/");
  const [prefix, name] = split(path);
  const octal = (value: number, offset: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, "0"), offset);
  block.write(name, 0);
  octal(isDirectory || executable ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(date, 136, 12);
  block.fill(" ", 148, 156);
  block.write(isDirectory ? "5" : "0", 156);
  block.write("ustar\0" + "00", 257);
  block.write("root", 265);
  block.write("root", 297);
  octal(0, 329, 8);
  octal(0, 337, 8);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A long path in two parts, at a slash. */
function split(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= NAME_BYTES) return ["", path];
  const slash = path.indexOf("/", path.length - NAME_BYTES - 1);
  const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
  if (slash < 0 || Buffer.byteLength(prefix) > PREFIX_BYTES || Buffer.byteLength(name) > NAME_BYTES || name === "") {
    throw new Error(`${path}: too long a path for a tar archive`);
  }
  return [prefix, name];
}
