import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { Findings } from "./findings.ts";
import type { JsonPath } from "./json_path.ts";

/** What a message shows of the library's own. */
const FIRST_LINE = /^.*/;

/** A YAML file, and where its values stand. */
export class YamlFile {
  private constructor(
    readonly path: string,
    readonly value: unknown,
    private readonly document: Document,
    private readonly counter: LineCounter,
  ) {}

  /** Reads a file; what is no YAML is a finding. `undefined`: it cannot be read. */
  static read(path: string, text: string, findings: Findings): YamlFile | undefined {
    if (text.trim() === "") {
      findings.add(path, 1, "not YAML: the file is empty");
      return undefined;
    }
    const counter = new LineCounter();
    try {
      const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: "error" });
      for (const { message, pos } of document.errors.slice(0, 3)) {
        findings.add(path, counter.linePos(pos[0]).line, `not YAML: ${FIRST_LINE.exec(message)?.[0] ?? ""}`);
      }
      if (document.errors.length > 0) return undefined;
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      // What holds itself cannot be shown, nor held against a schema.
      JSON.stringify(value);
      return new YamlFile(path, value, document, counter);
    } catch (error) {
      // Aliases of nothing or of far too much, and levels that the stack does not hold.
      findings.add(path, 1, `not YAML that can be read: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** The line of a value, or of the nearest one around it that is there. */
  lineOf(path: JsonPath): number {
    for (let length = path.length; length > 0; length--) {
      const node = this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return this.counter.linePos(node.range[0]).line;
    }
    return 1;
  }
}
