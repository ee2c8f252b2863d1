import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { collected, type ProcessingRule } from "../../assets/logs/mod.ts";
import { oneLine } from "../../text/mod.ts";
import type { LogBatch, LogSource } from "./log_lines.ts";

/** An entry of `logs` that names a file. */
export interface LogFileSettings {
  /** The last part may have `*`. */
  readonly path: string;
  readonly tags: readonly string[];
  readonly rules: readonly ProcessingRule[];
}

/** What is read of a file that is there at the start, and at each run, in bytes. */
const FIRST_BYTES = 64 * 1024;
const MOST_BYTES = 512 * 1024;
/** Files that a path with `*` stands for, at most. */
const MOST_FILES = 20;
/** Runs for which text waits for the rest of its message. */
const PATIENCE = 3;

/** Follows the files of one entry. */
export class LogFiles implements LogSource {
  readonly tags: readonly string[];
  problem: string | undefined;
  readonly #files = new Map<string, LogFile>();

  constructor(private readonly settings: LogFileSettings) {
    this.tags = settings.tags;
  }

  async read(): Promise<LogBatch> {
    const messages: string[] = [];
    let writtenAt = 0;
    this.problem = undefined;
    try {
      const paths = await pathsOf(this.settings.path);
      if (paths.length === 0) throw new Error("there is no such file");
      for (const path of paths) {
        const file = this.#files.get(path) ?? new LogFile(path);
        this.#files.set(path, file);
        const text = await file.read();
        writtenAt = Math.max(writtenAt, file.writtenAt);
        if (text !== "") messages.push(...await collected(text, this.settings.rules));
      }
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      this.problem = oneLine(`${this.settings.path} cannot be read: ${reason}`);
    }
    return { messages, writtenAt };
  }
}

/** One file, whose end is read again and again; one that is replaced or cut is read from its start. */
class LogFile {
  writtenAt = 0;
  #offset: number | undefined;
  #inode = 0;
  #decoder = new TextDecoder();
  #pending = "";
  #waited = 0;

  constructor(private readonly path: string) {}

  /** What can be told of its new text: a message that may go on waits. */
  async read(): Promise<string> {
    const { size, ino, mtimeMs, isRegular } = await stat(this.path).then((of) => ({ ...of, isRegular: of.isFile() }));
    // Opening a pipe would wait for its writer.
    if (!isRegular) throw new Error("it is no file");
    this.writtenAt = mtimeMs / 1_000;
    if (ino !== this.#inode || size < (this.#offset ?? 0)) {
      this.#offset = this.#offset === undefined ? Math.max(0, size - FIRST_BYTES) : 0;
      this.#inode = ino;
      this.#decoder = new TextDecoder();
    }
    const from = Math.max(this.#offset ?? 0, size - MOST_BYTES);
    if (size > from) {
      this.#pending += await this.#text(from, size - from);
      this.#offset = size;
      if (++this.#waited < PATIENCE) return "";
    }
    this.#waited = 0;
    // The rest of a line that is being written stays.
    const end = this.#pending.lastIndexOf("\n") + 1;
    const text = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end).slice(-MOST_BYTES);
    return text;
  }

  async #text(from: number, length: number): Promise<string> {
    const file = await open(this.path);
    try {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, from);
      return this.#decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
    } finally {
      await file.close();
    }
  }
}

/** The files that a path stands for. */
async function pathsOf(path: string): Promise<string[]> {
  const [name, folder] = [basename(path), dirname(path)];
  if (!name.includes("*")) return [path];
  const parts = name.split("*");
  const fits = (file: string) => {
    let at = 0;
    for (const [i, part] of parts.entries()) {
      const found = i === parts.length - 1 ? Math.max(at, file.length - part.length) : file.indexOf(part, at);
      if (found < at || !file.startsWith(part, found) || (i === 0 && found !== 0)) return false;
      at = found + part.length;
    }
    return true;
  };
  return (await readdir(folder)).filter(fits).sort().slice(0, MOST_FILES).map((file) => join(folder, file));
}
