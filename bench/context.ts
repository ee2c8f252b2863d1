import { fileURLToPath } from "node:url";
import { existsSync } from "node:fs";

const ROOT = new URL("..", import.meta.url);

/** The pinned Bun of the project. */
export const BUN = fileURLToPath(new URL("node_modules/.bin/bun", ROOT));
/** What is measured. */
export const BINARY = fileURLToPath(new URL("dist/torchserve-check", ROOT));
/** Where peers are installed: they stay there from one run of the bench to the next. */
export const CACHE = new URL(".cache/bench/", ROOT);

/** What all parts of the bench are given. */
export interface Bench {
  /** A folder that is removed at the end. */
  readonly folder: string;
  /** How often everything is measured; `quick` is for a first look. */
  readonly quick: boolean;
  /** Says what is going on. */
  readonly say: (text: string) => void;
}

/** @throws {Error} when the executable is not there */
export function requireBinary(): void {
  if (!existsSync(BINARY)) throw new Error("dist/torchserve-check: deno task build first");
}

/** Makes a peer ready, or notes why it cannot be. */
export async function orMissing<T>(
  name: string,
  missing: string[],
  make: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await make();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    missing.push(`${name}: ${reason.split("\n", 1)[0] ?? ""}`);
    return undefined;
  }
}
