import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { clip } from "../../text/mod.ts";
import type { Findings } from "./findings.ts";
import type { JsonPath } from "./json_path.ts";

/** What the library's codes mean, in our words; the rest in its own. */
const IN_OUR_WORDS: Readonly<Record<string, string>> = {
  ValueExpected: "expected a value",
  PropertyNameExpected: "expected a key in double quotes",
  ColonExpected: 'expected ":"',
  CommaExpected: 'expected ","',
  CloseBraceExpected: 'expected "}"',
  CloseBracketExpected: 'expected "]"',
  EndOfFileExpected: "expected nothing behind the value",
  UnexpectedEndOfString: "a text without closing quote",
  InvalidCommentToken: "JSON has no comments",
  InvalidSymbol: "expected a text in double quotes, a number, true, false or null",
};

/** Mistakes behind which the rest of a file can still be read. */
const HARMLESS = new Set(["ValueExpected", "PropertyNameExpected", "CommaExpected", "InvalidCommentToken"]);

/** So many mistakes of its form are named. */
const MOST_ERRORS = 5;

/** How deep lists and objects may stand in each other: far more than assets need, and less than the stack holds. */
const MOST_LEVELS = 100;

/** A JSON file, and where its values stand. */
export class JsonFile {
  readonly value: unknown;
  readonly #root: Node | undefined;
  readonly #lineStarts: number[] = [0];

  private constructor(readonly path: string, readonly text: string, errors: ParseError[]) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#lineStarts.push(at + 1);
    this.#root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
    this.value = this.#root === undefined ? undefined : getNodeValue(this.#root);
  }

  /**
   * Reads a file; what is no JSON, keys and items that stand twice, and texts with HTML are findings. `undefined`: it
   * cannot be read.
   */
  static read(path: string, text: string, findings: Findings): JsonFile | undefined {
    if (text.trim() === "") {
      findings.add(path, 1, "not JSON: the file is empty");
      return undefined;
    }
    const deep = tooDeep(text);
    if (deep !== undefined) {
      const line = text.slice(0, deep).split("\n").length;
      findings.add(path, line, `lists and objects stand in each other more than ${MOST_LEVELS} levels deep`);
      return undefined;
    }
    const errors: ParseError[] = [];
    const file = new JsonFile(path, text, errors);
    const isLost = errors.some(({ error }) => !HARMLESS.has(printParseErrorCode(error)));
    for (const error of errors.slice(0, isLost ? 1 : MOST_ERRORS)) findings.add(path, ...file.#describe(error));
    if (isLost) return undefined;
    if (file.#root === undefined) return undefined;
    file.#walk(file.#root, findings);
    return file;
  }

  /** The line of a value, or of the nearest one around it that is there. */
  lineOf(path: JsonPath): number {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#root && findNodeAtLocation(this.#root, path.slice(0, length));
      // A key's line is that of its value, in all that we write.
      if (node !== undefined) return this.#lineAt(node.offset);
    }
    return 1;
  }

  /** Where a mistake is, and what it is. */
  #describe({ error, offset, length }: ParseError): [line: number, message: string] {
    const code = printParseErrorCode(error);
    const before = this.text.slice(0, offset).trimEnd();
    if ((code === "ValueExpected" || code === "PropertyNameExpected") && /^[\]}]/.test(this.text.slice(offset))) {
      if (before.endsWith(",")) return [this.#lineAt(before.length - 1), 'not JSON: "," behind the last item'];
    }
    const wrong = this.text.slice(offset, offset + Math.max(1, length)).trim();
    const shown = wrong === "" ? "" : ` before ${JSON.stringify(wrong.slice(0, 40))}`;
    return [this.#lineAt(offset), `not JSON: ${IN_OUR_WORDS[code] ?? code}${shown}`];
  }

  #lineAt(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #walk(root: Node, findings: Findings): void {
    const add = (node: Node | undefined, message: string) =>
      findings.add(this.path, this.#lineAt(node?.offset ?? 0), message);
    const waiting = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const children = node.children ?? [];
      waiting.push(...children);
      const seen = new Set<string>();
      for (const child of node.type === "object" ? children : []) {
        const [key] = child.children ?? [];
        const name = String(key?.value);
        if (seen.has(name)) add(key, `the key ${quoted(name)} stands twice`);
        if (name === "__proto__") add(key, `unknown key ${quoted(name)}`);
        seen.add(name);
      }
      for (const child of node.type === "array" ? children : []) {
        const item = this.text.slice(child.offset, child.offset + child.length);
        if (seen.has(item)) add(child, `${clipped(item)} stands twice in its list`);
        seen.add(item);
      }
      const html = node.type === "string" ? HTML.exec(String(node.value))?.[0] : undefined;
      if (html !== undefined) add(node, `${quoted(html)}: no text has HTML`);
    }
  }
}

/** A tag, which some places show as it is and others obey. */
const HTML = /<\/?[a-zA-Z][^<>]*>/;
/** What a message shows of an item, in characters. */
const SHOWN = 81;

const quoted = (text: string): string => JSON.stringify(text);
const clipped = (item: string): string => clip(item.replace(/\s+/g, " "), SHOWN);

/** Where a text has too many levels; `undefined`: nowhere. */
function tooDeep(text: string): number | undefined {
  let level = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\[^])*"?|[[\]{}]/g)) {
    if (token === "[" || token === "{") level++;
    else if (token === "]" || token === "}") level--;
    if (level > MOST_LEVELS) return index;
  }
  return undefined;
}
