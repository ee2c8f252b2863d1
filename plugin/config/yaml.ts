import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  type ScalarTag,
  type Tags,
} from "yaml";
import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";

/** How many syntax errors are told: the later ones follow from the first more often than not. */
const MAX_ERRORS = 3;
const MAX_DUPLICATES = 20;
const MAX_ALIASES = 100;
/** Where the library's message says what the library should do. */
const IN_OWN_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "Found a second document",
  KEY_OVER_1024_CHARS: "Found a key of more than 1024 characters",
  RESOURCE_EXHAUSTION: "Found nesting beyond bounds",
};

const BOOL = "tag:yaml.org,2002:bool";

/** PyYAML's booleans: YAML 1.1 has `y` and `n` too, which PyYAML leaves strings. */
const booleans: ScalarTag[] = [
  { default: true, tag: BOOL, test: /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/, resolve: () => true },
  { default: true, tag: BOOL, test: /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/, resolve: () => false },
];

function withPythonBooleans(tags: Tags): Tags {
  return [...booleans, ...tags.filter((tag) => typeof tag === "string" || tag.tag !== BOOL)];
}

/**
 * Reads one YAML document the way that PyYAML's `safe_load` does: YAML 1.1 with merge keys; of equal keys the last
 * wins, with a warning. Aliases may not multiply a document without bound.
 *
 * @param origin what the file is called in the paths of syntax errors: `conf.yaml:3:7`.
 * @returns the value, or `undefined` after a syntax error.
 */
export function parseYaml(text: string, origin: string, issues: IssueList): { readonly value: unknown } | undefined {
  const lineCounter = new LineCounter();
  return valueOf(parseDocument(text, optionsWith(lineCounter)), origin, lineCounter, issues);
}

/** Reads a stream of YAML documents, each as {@linkcode parseYaml} does. */
export function parseYamlStream(text: string, origin: string, issues: IssueList): readonly unknown[] | undefined {
  const lineCounter = new LineCounter();
  const values: unknown[] = [];
  for (const document of parseAllDocuments(text, optionsWith(lineCounter))) {
    const read = valueOf(document, origin, lineCounter, issues);
    if (read === undefined) return undefined;
    values.push(read.value);
  }
  return values;
}

function optionsWith(lineCounter: LineCounter) {
  return {
    version: "1.1",
    merge: true,
    uniqueKeys: false,
    // Pretty messages quote the line, which may hold a password.
    prettyErrors: false,
    logLevel: "error",
    lineCounter,
    customTags: withPythonBooleans,
  } as const;
}

function valueOf(
  document: Document,
  origin: string,
  lineCounter: LineCounter,
  issues: IssueList,
): { readonly value: unknown } | undefined {
  // A tag that is not known is only a warning to the library; `safe_load` refuses it.
  const problems = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  for (const problem of problems.slice(0, MAX_ERRORS)) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    const what = IN_OWN_WORDS[problem.code] ?? problem.message.replace(/: .*/s, "").replace(/\.$/, "");
    const at = `${origin}:${line}:${col}`;
    const remedy = what.endsWith("indicator character %") ? "put quotes around the text that starts with %" : undefined;
    issues.error(at, `Not valid YAML: ${what}, at line ${line}, column ${col}; expected one YAML document.`, remedy);
  }
  if (problems.length > 0) return undefined;
  reportDuplicates(document, lineCounter, issues);
  return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
}

function reportDuplicates(document: Document, lineCounter: LineCounter, issues: IssueList): void {
  let reported = 0;
  const visit = (node: unknown, path: string): void => {
    if (isSeq(node)) {
      node.items.forEach((item, i) => visit(item, child(path, i)));
    } else if (isMap(node)) {
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : isAlias(key) ? `*${key.source}` : "?";
        const at = child(path, name);
        if (seen.has(name) && name !== "<<" && reported++ < MAX_DUPLICATES) {
          const { line } = lineCounter.linePos(isScalar(key) ? key.range?.[0] ?? 0 : 0);
          issues.warning(at, `Found the name a second time, at line ${line}; the last one wins.`);
        }
        seen.add(name);
        visit(value, at);
      }
    }
  };
  visit(document.contents, "");
}
