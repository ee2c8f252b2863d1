/**
 * Loads code when it is first asked for, and hands out the same promise from then on: an `import()` of what is loaded
 * already takes some ten microseconds (bench: 47 lines, connected).
 *
 * @example
 * ```ts
 * const path = lazy(() => import("node:path"));
 * const same = path() === path();
 * ```
 */
export function lazy<Code>(load: () => Promise<Code>): () => Promise<Code> {
  let loaded: Promise<Code> | undefined;
  return () => loaded ??= load();
}
