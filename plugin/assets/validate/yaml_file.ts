import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { Findings } from "./findings.ts";
import type { JsonPath } from "./json_file.ts";

/** What a message shows of the library's own. */
const FIRST_LINE = /^.*/;

/** A YAML file, and where its values stand. */
export class YamlFile {
  readonly value: unknown;

  private constructor(
    readonly path: string,
    private readonly document: Document,
    private readonly counter: LineCounter,
  ) {
    this.value = document.toJS({ maxAliasCount: 100 });
  }

  /** Reads a file; what is no YAML is a finding. `undefined`: it cannot be read. */
  static read(path: string, text: string, findings: Findings): YamlFile | undefined {
    const counter = new LineCounter();
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: "error" });
    for (const { message, pos } of document.errors.slice(0, 3)) {
      findings.add(path, counter.linePos(pos[0]).line, `not YAML: ${FIRST_LINE.exec(message)?.[0] ?? ""}`);
    }
    return document.errors.length > 0 ? undefined : new YamlFile(path, document, counter);
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
