import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";
import type { Entry } from "./entry.ts";

const DEFLATED = 8;
/** 2.0: deflate. */
const VERSION = 20;
/** Made on Unix, so that the modes of files count. */
const UNIX = 3 << 8;
/** Names are UTF-8. */
const UTF8 = 1 << 11;
const REGULAR_FILE = 0o100000;

/**
 * A zip archive whose files are of one date and stand in the given order, as wheels are.
 *
 * @param date in seconds since the epoch
 * @param level of the compression, 0 to 9
 */
export function zip(entries: readonly Entry[], date: number, level: number): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content, executable = false } of entries) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content, { level });
    // What the header of a file and its line in the directory have in common.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt32LE(dosTime(date), 6);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = [Buffer.from("PK\x03\x04", "latin1"), common, name, packed];
    const made = Buffer.alloc(2);
    made.writeUInt16LE(UNIX | VERSION);
    const line = Buffer.alloc(14);
    line.writeUInt32LE(((REGULAR_FILE | (executable ? 0o755 : 0o644)) << 16) >>> 0, 6);
    line.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02", "latin1"), made, common, line, name);
    parts.push(...local);
    offset += local.reduce((total, part) => total + part.length, 0);
  }
  const size = directory.reduce((total, part) => total + part.length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** Seconds since the epoch as DOS wrote dates: in UTC here, from 1980 on. */
function dosTime(seconds: number): number {
  const date = new Date(Math.max(seconds, Date.UTC(1980, 0, 1) / 1000) * 1000);
  const day = (date.getUTCFullYear() - 1980) << 9 | (date.getUTCMonth() + 1) << 5 | date.getUTCDate();
  const time = date.getUTCHours() << 11 | date.getUTCMinutes() << 5 | date.getUTCSeconds() >> 1;
  return (day << 16 | time) >>> 0;
}
