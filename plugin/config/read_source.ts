import { isComposeFile, isManifest } from "./containers/recognise.ts";
import { IssueList } from "./issue_list.ts";
import type { Mistake } from "./mistakes/mistake.ts";
import { parse, type Parsed, plainLines } from "./parse.ts";
import { isMapping } from "./schemas.ts";
import { isBareInstance, SECTIONS } from "./sections.ts";

/** A file as it was read. */
export interface ReadSource {
  /** With lines as issues count them; empty where it is no text. */
  readonly text: string;
  /** Absent where an issue says that it is no configuration. */
  readonly parsed?: Parsed | undefined;
}

/**
 * Reads what somebody says is a configuration. What is wrong with its bytes, with its YAML, or with the choice of the file
 * becomes one issue, the nearest to the cause: nothing else could be said of such a file that is true.
 */
export async function readSource(
  source: string | Uint8Array,
  origin: string,
  issues: IssueList,
): Promise<ReadSource> {
  const report = ({ place, message, suggestion }: Mistake) => issues.error(origin, message, suggestion, place);
  let text: string;
  if (typeof source === "string") text = source;
  else {
    const { textOf } = await import("./mistakes/bytes.ts");
    const read = textOf(source);
    if ("mistake" in read) {
      report(read.mistake);
      return { text: plainLines(read.shown ?? "") };
    }
    text = read.text;
  }
  const plain = plainLines(text);
  const syntax = new IssueList(origin);
  const parsed = await parse(plain, origin, syntax);
  if (parsed === undefined || !isConfiguration(parsed.values)) {
    const { foreignFile } = await import("./mistakes/foreign_files.ts");
    const foreign = foreignFile(plain, parsed?.values[0]);
    if (foreign !== undefined) {
      report(foreign);
      return { text: plain };
    }
  }
  issues.addAll(syntax.all);
  return { text: plain, parsed };
}

function isConfiguration(values: readonly unknown[]): boolean {
  const [value] = values;
  if (values.length !== 1 || isComposeFile(value) || isManifest(value)) return true;
  if (!isMapping(value)) return false;
  return isBareInstance(value) || SECTIONS.some((name) => Object.hasOwn(value, name));
}
