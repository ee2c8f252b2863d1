import { WatchedKeyFile } from "./watched_key_file.ts";

/** Files that are remembered; the least recently used one is dropped for another, and read again when it is wanted. */
const MAX_FILES = 1_000;

/** The key files that the instances of one session name; those that name the same one share what is known of it. */
export class KeyStore {
  readonly #files = new Map<string, WatchedKeyFile>();

  /** The file at a path. */
  file(path: string): WatchedKeyFile {
    const file = this.#files.get(path) ?? new WatchedKeyFile(path);
    this.#files.delete(path);
    this.#files.set(path, file);
    if (this.#files.size > MAX_FILES) {
      const [oldest] = this.#files.keys();
      if (oldest !== undefined) this.#files.delete(oldest);
    }
    return file;
  }
}
