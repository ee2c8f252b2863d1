import { type Engine, matchingEngine } from "./engine.ts";
import { capturingEngine } from "./engine.ts";
import { parse } from "./parser.ts";
import type { CapturingPattern, Pattern } from "./types.ts";

/** See `mod.ts`. */
export async function compilePattern(source: string): Promise<Pattern> {
  const engine: Engine = await matchingEngine(parse(source).root);
  return { source, matches: (text) => engine.test(text) };
}

/** See `mod.ts`: Python's `"|".join(sources)`, except that inline flags and group numbers are each pattern's own. */
export async function compileAny(sources: readonly string[]): Promise<Pattern> {
  const patterns = await Promise.all(sources.map(compilePattern));
  return { source: sources.join("|"), matches: (text) => patterns.some((pattern) => pattern.matches(text)) };
}

/** See `mod.ts`. */
export async function compileCapturing(source: string): Promise<CapturingPattern> {
  const { root, groups } = parse(source);
  const engine = await capturingEngine(root, groups);
  return { source, groups, captures: (text) => engine.captures(text) };
}
