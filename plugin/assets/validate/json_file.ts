import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { Findings } from "./findings.ts";

/** Keys and indexes from a file's value to one in it. */
export type JsonPath = readonly (string | number)[];

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
};

/** Mistakes behind which the rest of a file can still be read. */
const HARMLESS = new Set(["ValueExpected", "PropertyNameExpected", "CommaExpected", "InvalidCommentToken"]);

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

  /** Reads a file; what is no JSON, and keys that stand twice, are findings. `undefined`: it cannot be read. */
  static read(path: string, text: string, findings: Findings): JsonFile | undefined {
    const errors: ParseError[] = [];
    const file = new JsonFile(path, text, errors);
    const [first] = errors;
    if (first !== undefined) {
      const code = printParseErrorCode(first.error);
      const wrong = text.slice(first.offset, first.offset + Math.max(1, first.length)).trim();
      const shown = wrong === "" ? "" : ` before ${JSON.stringify(wrong.slice(0, 40))}`;
      findings.add(path, file.#lineAt(first.offset), `not JSON: ${IN_OUR_WORDS[code] ?? code}${shown}`);
      if (errors.some(({ error }) => !HARMLESS.has(printParseErrorCode(error)))) return undefined;
    }
    if (file.#root === undefined) return undefined;
    file.#findRepeated(file.#root, findings);
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

  #lineAt(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #findRepeated(root: Node, findings: Findings): void {
    const waiting = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const children = node.children ?? [];
      waiting.push(...children);
      if (node.type !== "object") continue;
      const seen = new Set<string>();
      for (const [key] of children.map((property) => property.children ?? [])) {
        const name = String(key?.value);
        if (seen.has(name)) {
          findings.add(this.path, this.#lineAt(key?.offset ?? 0), `the key ${JSON.stringify(name)} stands twice`);
        }
        seen.add(name);
      }
    }
  }
}
