import { Buffer } from "node:buffer";

/** Something that can travel apart from the rest of its value. */
interface Piece {
  /** The keys that lead to it; those of its array for an element. */
  readonly path: readonly string[];
  readonly json: string;
  readonly bytes: number;
  readonly isElement: boolean;
}

/** A JSON object under construction: objects, arrays of finished elements, finished members. */
type Tree = Map<string, Tree | string[] | string>;

/** A value cut into fragments; put together again, arrays appended to arrays, it is `parts` and then `rest`. */
export interface Split {
  /** JSON objects with some of the value each. */
  readonly parts: readonly string[];
  /** The JSON object with everything else. */
  readonly rest: string;
  /** Pieces that fit no line of their own. */
  readonly dropped: number;
}

/** What the keys and brackets of a nested piece may add to it, in bytes, beyond its path. */
const PER_KEY = 8;
/** Members this deep or deeper may travel where the elements of arrays alone are not enough. */
const DEEP = 3;

/**
 * Cuts a value into JSON texts of at most `maxBytes` each. Elements of arrays that are reached through objects are
 * moved, in their order; where that is not enough, members deep inside objects as well. What is at the top stays in
 * `rest`.
 *
 * @returns `undefined` when what cannot be moved is too long already
 */
export function splitValue(value: object, maxBytes: number): Split | undefined {
  return splitAt(value, maxBytes, Infinity) ?? splitAt(value, maxBytes, DEEP);
}

function splitAt(value: object, maxBytes: number, deep: number): Split | undefined {
  const pieces: Piece[] = [];
  const rest = takeApart(value, [], deep, pieces);
  let free = maxBytes - Buffer.byteLength(write(rest));
  if (free < 0) return undefined;
  const cost = ({ bytes, path }: Piece) => bytes + overhead(path);
  const fitting = pieces.filter((piece) => cost(piece) <= maxBytes);
  while (fitting.length > 0) {
    const last = fitting.at(-1);
    if (last === undefined || cost(last) > free) break;
    free -= cost(last);
    fitting.pop();
  }
  for (const piece of pieces.slice(pieces.lastIndexOf(fitting.at(-1) ?? noPiece) + 1)) {
    if (cost(piece) <= maxBytes) put(rest, piece);
  }
  const parts: string[] = [];
  let part: Tree = new Map();
  let size = 0;
  for (const piece of fitting) {
    if (size + cost(piece) > maxBytes && size > 0) {
      parts.push(write(part));
      part = new Map();
      size = 0;
    }
    put(part, piece);
    size += cost(piece);
  }
  if (size > 0) parts.push(write(part));
  return { parts, rest: write(rest), dropped: pieces.filter((piece) => cost(piece) > maxBytes).length };
}

const noPiece: Piece = { path: [], json: "", bytes: 0, isElement: false };

/** The value without what can travel, which goes to `pieces`. */
function takeApart(value: object, path: readonly string[], deep: number, pieces: Piece[]): Tree {
  const tree: Tree = new Map();
  for (const [key, member] of Object.entries(value)) {
    const at = [...path, key];
    if (Array.isArray(member)) {
      tree.set(key, []);
      for (const element of member) pieces.push(pieceOf(at, element, true));
    } else if (typeof member === "object" && member !== null) {
      tree.set(key, takeApart(member, at, deep, pieces));
    } else if (member !== undefined) {
      if (at.length >= deep) pieces.push(pieceOf(at, member, false));
      else tree.set(key, JSON.stringify(member));
    }
  }
  return tree;
}

function pieceOf(path: readonly string[], value: unknown, isElement: boolean): Piece {
  const json = JSON.stringify(value) ?? "null";
  return { path, json, bytes: Buffer.byteLength(json), isElement };
}

function overhead(path: readonly string[]): number {
  return path.reduce((bytes, key) => bytes + Buffer.byteLength(JSON.stringify(key)) + PER_KEY, PER_KEY);
}

function put(root: Tree, { path, json, isElement }: Piece): void {
  let tree = root;
  for (const key of path.slice(0, -1)) {
    let next = tree.get(key);
    if (!(next instanceof Map)) tree.set(key, next = new Map());
    tree = next;
  }
  const last = path.at(-1) ?? "";
  const there = tree.get(last);
  if (!isElement) tree.set(last, json);
  else if (Array.isArray(there)) there.push(json);
  else tree.set(last, [json]);
}

function write(tree: Tree): string {
  const members = [...tree].map(([key, node]) => {
    const json = node instanceof Map ? write(node) : Array.isArray(node) ? `[${node.join(",")}]` : node;
    return `${JSON.stringify(key)}:${json}`;
  });
  return `{${members.join(",")}}`;
}
