import process from "node:process";

/**
 * The path of this program where it is one executable; `undefined` where a runtime runs its sources. Bun gives the
 * modules of an executable addresses in a file system of its own.
 */
export function ownExecutable(): string | undefined {
  return /(?:\$bunfs|~BUN)/.test(import.meta.url) ? process.execPath : undefined;
}
