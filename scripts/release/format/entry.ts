/** A file of an archive, or a directory where its path ends with a slash. */
export interface Entry {
  /** With slashes, without one at its beginning. */
  readonly path: string;
  readonly content: Uint8Array;
  /** That it is run. */
  readonly executable?: boolean;
}

/** A file with a text. */
export function textEntry(path: string, text: string, options: { readonly executable?: boolean } = {}): Entry {
  return { path, content: new TextEncoder().encode(text), ...options };
}

/** Directories before what lies in them, all in one order, whatever order they came in. */
export function sorted(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
