import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from "yaml";
import { rootOf } from "./containers/kubernetes.ts";
import { isManifest } from "./containers/recognise.ts";
import { child, isWithin } from "./found.ts";
import { isBareInstance } from "./sections.ts";
import type { ConfigIssue, Place } from "./types.ts";

/** How deep aliases and merge keys are followed. */
const MAX_DEPTH = 64;

/** What stands at a path of a file. */
export interface Spot {
  readonly place: Place;
  /** Where it starts and ends in the text, in characters; absent where there is only what should hold it. */
  readonly range?: readonly [from: number, to: number];
  /** It is part of JSON, where texts stand in quotes. */
  readonly isJson?: boolean;
}

/** A name and a value of a mapping, or an item of a list; the document itself has no name. */
interface Member {
  readonly path: string;
  readonly name?: Node | undefined;
  readonly value: Node | undefined;
}

/** A text of a file, as it is written there. */
export interface WrittenText {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** The list of texts that it is an item of. */
  readonly list?: { readonly path: string; readonly from: number; readonly items: readonly string[] };
}

/** Where in a text the things stand that issues name by their paths. */
export class Places {
  readonly #roots: readonly Member[];

  /** @param values what the documents hold, in their order */
  constructor(
    readonly text: string,
    readonly documents: readonly Document[],
    values: readonly unknown[],
    readonly lines: LineCounter,
    readonly isJson = false,
  ) {
    this.#roots = documents.flatMap((document, i) => this.#rootsOf(document, values[i], i, documents.length));
  }

  /**
   * What an issue is about: the name, or the value. Where a path leads to nothing (a setting is missing), it is what should
   * hold it.
   */
  spotOf({ path, message }: Pick<ConfigIssue, "path" | "message">): Spot {
    const found = this.#find(path);
    if (found === undefined) return { place: { line: 1, column: 1 } };
    const { name, value, path: at } = found;
    const inside = at === path ? undefined : this.#inJson(value, path, at, message);
    if (inside !== undefined) return inside;
    const isExact = at === path;
    const node = isExact && name !== undefined && (isAboutName(message) || value === undefined) ? name : value ?? name;
    const [from, last] = node?.range ?? [0, 0];
    const end = from + this.text.slice(from, last).trimEnd().length;
    const place = this.placeOf(from);
    const { isJson } = this;
    return isExact && node !== undefined ? { place, range: [from, end], isJson } : { place };
  }

  /** The place of a character. */
  placeOf(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** Every text, with the list that it is an item of. */
  *texts(): Generator<WrittenText> {
    for (const { path, value } of this.#members()) {
      if (isScalar(value) && typeof value.value === "string" && value.range && value.type !== "BLOCK_LITERAL") {
        yield { path, from: value.range[0], to: value.range[1] };
      }
      if (!isSeq(value)) continue;
      const items = value.items.flatMap((item) => isScalar(item) && typeof item.value === "string" ? [item.value] : []);
      const list = { path, from: value.range?.[0] ?? 0, items };
      for (const [i, item] of value.items.entries()) {
        if (!isScalar(item) || typeof item.value !== "string" || !item.range) continue;
        const whole = items.length === value.items.length ? { list } : {};
        yield { path: child(path, i), from: item.range[0], to: item.range[1], ...whole };
      }
    }
  }

  /** Every name without a value, and what stands behind it on its line. */
  *empty(): Generator<{ readonly path: string; readonly from: number; readonly after: string }> {
    for (const { path, name, value } of this.#members()) {
      if (!name?.range || (value !== undefined && !(isScalar(value) && value.value === null))) continue;
      const [from, to] = name.range;
      const end = `${this.text}\n`.indexOf("\n", to);
      yield { path, from, after: this.text.slice(to, end).replace(/^["']?\s*:/, "") };
    }
  }

  /** Every member of every mapping. */
  *#members(): Generator<Member> {
    const rest: Member[] = [...this.#roots];
    for (let member = rest.pop(); member !== undefined; member = rest.pop()) {
      const { path, value } = member;
      if (member.name !== undefined) yield member;
      if (isSeq(value)) value.items.forEach((item, i) => rest.push({ path: child(path, i), value: nodeOf(item) }));
      if (!isMap(value)) continue;
      for (const { key, value: inner } of value.items) {
        rest.push({ path: child(path, nameOf(key)), name: nodeOf(key), value: nodeOf(inner) });
      }
    }
  }

  /** What stands in the JSON that a label or an annotation holds, where the text has it as it is. */
  #inJson(node: Node | undefined, path: string, at: string, message: string): Spot | undefined {
    if (!isScalar(node) || typeof node.value !== "string" || !node.range) return undefined;
    const { value } = node;
    const outer = this.#offsets(node, value, node.range);
    if (outer === undefined || !/^\s*[[{]/.test(value)) return undefined;
    const lines = new LineCounter();
    const document = parseDocument(value, { prettyErrors: false, logLevel: "error", lineCounter: lines });
    const rest = path.slice(at.length).replace(/^\./, "");
    const { range } = new Places(value, [document], [undefined], lines, true).spotOf({ path: rest, message });
    if (range === undefined) return undefined;
    const [from, to] = [outer(range[0]), outer(range[1])];
    const { line, col } = this.lines.linePos(from);
    return { place: { line, column: col }, range: [from, to], isJson: true };
  }

  /** Where in the text the characters of a scalar stand; `undefined`, where the text has it in another form. */
  #offsets(node: Scalar, value: string, [start, end]: readonly number[]): ((offset: number) => number) | undefined {
    if (start === undefined || end === undefined) return undefined;
    if (node.type !== "BLOCK_LITERAL") {
      const at = this.text.indexOf(value, start);
      return at >= 0 && at < end ? (offset) => at + offset : undefined;
    }
    const first = this.text.indexOf("\n", start) + 1;
    const indentation = /^ */.exec(this.text.slice(first))?.[0].length ?? 0;
    // Every line of the value has lost the indentation of the first.
    return (offset) => first + offset + indentation * value.slice(0, offset).split("\n").length;
  }

  #rootsOf(document: Document, value: unknown, index: number, count: number): Member[] {
    const contents = nodeOf(document.contents);
    if (count === 1 && !isManifest(value)) {
      return [{ path: isBareInstance(value) ? "instance" : "", value: contents }];
    }
    if (!isManifest(value) || !Array.isArray(value.items)) {
      return [{ path: isManifest(value) ? rootOf(value, index) : `documents[${index}]`, value: contents }];
    }
    const items = isMap(contents) ? contents.get("items", true) : undefined;
    return value.items.flatMap((item, i) =>
      isManifest(item) && isSeq(items) ? [{ path: rootOf(item, i), value: nodeOf(items.items[i]) }] : []
    );
  }

  /** The innermost thing on the way to a path. */
  #find(path: string): Member | undefined {
    const root = this.#roots.find((root) => root.path !== "" && isWithin(path, root.path)) ??
      this.#roots.find((root) => root.path === "") ?? this.#roots[0];
    if (root === undefined) return undefined;
    let at = root;
    for (let depth = 0; depth < MAX_DEPTH && at.path !== path; depth++) {
      const next = this.#member(at, path, 0);
      if (next === undefined) break;
      at = next;
    }
    return at;
  }

  /** The member of a mapping or a list on the way to a path. */
  #member({ path: at, value }: Member, path: string, depth: number): Member | undefined {
    const node = this.#resolved(value);
    if (isSeq(node)) {
      const index = Number(/^\[(\d+)\]/.exec(path.slice(at.length))?.[1] ?? NaN);
      return index < node.items.length ? { path: child(at, index), value: nodeOf(node.items[index]) } : undefined;
    }
    if (!isMap(node) || depth > MAX_DEPTH) return undefined;
    // Of equal names the last wins.
    const own = node.items.findLast(({ key }) => nameOf(key) !== "<<" && leadsTo(path, at, nameOf(key)));
    if (own !== undefined) {
      const memberPath = pathOf(path, at, nameOf(own.key));
      return { path: memberPath, name: nodeOf(own.key), value: nodeOf(own.value) };
    }
    for (const { key, value } of node.items) {
      if (nameOf(key) !== "<<") continue;
      const merged = this.#resolved(nodeOf(value));
      for (const source of isSeq(merged) ? merged.items : [merged]) {
        const found = this.#member({ path: at, value: nodeOf(source) }, path, depth + 1);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #resolved(node: Node | undefined): Node | undefined {
    if (!isAlias(node)) return node;
    const document = this.documents.find((document) => node.resolve(document) !== undefined);
    return document && nodeOf(node.resolve(document));
  }
}

/** Messages of the form "Found …; expected …" are about a value; what is said of a name begins with it. */
function isAboutName(message: string): boolean {
  return !message.startsWith("Found ") || message.startsWith("Found the name ");
}

function nameOf(key: unknown): string {
  // The library reads a merge key as a symbol.
  if (isScalar(key)) return key.source === "<<" ? "<<" : String(key.value);
  return isAlias(key) ? `*${key.source}` : "?";
}

/** The path of a member: long names of annotations stand in paths as they are, others shortened. */
function pathOf(path: string, at: string, name: string): string {
  const whole = `${at}["${name}"]`;
  return isWithin(path, whole) ? whole : child(at, name);
}

function leadsTo(path: string, at: string, name: string): boolean {
  return isWithin(path, pathOf(path, at, name));
}

function nodeOf(value: unknown): Node | undefined {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined;
}
