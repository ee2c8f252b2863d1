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
  visit,
} from "yaml";
import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { Places } from "./places.ts";

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

/** Documents of YAML, and where in their text everything stands. */
export interface ReadYaml {
  readonly values: readonly unknown[];
  readonly places: () => Places;
}

/**
 * Reads one YAML document the way that PyYAML's `safe_load` does: YAML 1.1 with merge keys; of equal keys the last
 * wins, with a warning. Aliases may not multiply a document without bound.
 *
 * @param origin what the file is called in the paths of syntax errors: `conf.yaml:3:7`.
 * @returns the document's value, or `undefined` after a syntax error.
 */
export function parseYaml(text: string, origin: string, issues: IssueList): ReadYaml | undefined {
  const lineCounter = new LineCounter();
  return read([parseDocument(text, optionsWith(lineCounter))], { text, origin, lineCounter, issues });
}

/** Reads a stream of YAML documents, each as {@linkcode parseYaml} does. */
export function parseYamlStream(text: string, origin: string, issues: IssueList): ReadYaml | undefined {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, optionsWith(lineCounter));
  return "empty" in documents
    ? { values: [], places: () => new Places(text, [], [], lineCounter) }
    : read(documents, { text, origin, lineCounter, issues });
}

/** Where the things in a JSON text stand, which is YAML as well as far as that goes. */
export function placesOfJson(text: string, values: readonly unknown[]): Places {
  const lineCounter = new LineCounter();
  return new Places(text, [parseDocument(text, optionsWith(lineCounter))], values, lineCounter, true);
}

interface Reading {
  readonly text: string;
  readonly origin: string;
  readonly lineCounter: LineCounter;
  readonly issues: IssueList;
}

function read(documents: readonly Document[], reading: Reading): ReadYaml | undefined {
  const values: unknown[] = [];
  for (const document of documents) {
    const read = valueOf(document, reading);
    if (read === undefined) return undefined;
    values.push(read.value);
  }
  return { values, places: () => new Places(reading.text, documents, values, reading.lineCounter) };
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

function valueOf(document: Document, reading: Reading): { readonly value: unknown } | undefined {
  const { origin, lineCounter, issues } = reading;
  // A tag that is not known is only a warning to the library; `safe_load` refuses it.
  const problems = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  for (const problem of problems.slice(0, MAX_ERRORS)) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    const what = IN_OWN_WORDS[problem.code] ?? problem.message.replace(/: .*/s, "").replace(/\.$/, "");
    const at = `${origin}:${line}:${col}`;
    const remedy = what.endsWith("indicator character %") ? "put quotes around the text that starts with %" : undefined;
    const message = `Not valid YAML: ${what}, at line ${line}, column ${col}; expected one YAML document.`;
    issues.error(at, message, remedy, { line, column: col });
  }
  if (problems.length > 0) return undefined;
  reportDuplicates(document, lineCounter, issues);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    const { line, col } = lineCounter.linePos(culprit(document, error));
    issues.error(origin, `Found ${thrownFor(error)}; expected a plain YAML document.`, undefined, {
      line,
      column: col,
    });
    return undefined;
  }
}

/** What a text holds for which the YAML library throws instead of collecting an error. */
function thrownFor(error: unknown): string {
  if (error instanceof RangeError) return "nesting beyond bounds";
  if (error instanceof ReferenceError) return "an alias (*) before its anchor (&), or aliases that multiply";
  return "a merge key (<<) without a mapping, or another thing that has no plain value";
}

/** Where the thing starts for which the library throws. */
function culprit(document: Document, error: unknown): number {
  let at: number | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (!(error instanceof ReferenceError) || at !== undefined) return undefined;
      // Without one that has no anchor it is the aliases' number: any of them is part of it.
      at = alias.range?.[0];
      return visit.BREAK;
    },
    Pair: (_, { key, value }) => {
      if (error instanceof TypeError && isScalar(key) && key.value === "<<" && isScalar(value)) at ??= key.range?.[0];
    },
  });
  return at ?? 0;
}

function reportDuplicates(document: Document, lineCounter: LineCounter, issues: IssueList): void {
  let reported = 0;
  const look = (node: unknown, path: string): void => {
    if (isSeq(node)) {
      node.items.forEach((item, i) => look(item, child(path, i)));
    } else if (isMap(node)) {
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : isAlias(key) ? `*${key.source}` : "?";
        const at = child(path, name);
        if (seen.has(name) && name !== "<<" && reported++ < MAX_DUPLICATES) {
          const { line, col } = lineCounter.linePos(isScalar(key) ? key.range?.[0] ?? 0 : 0);
          const message = `Found the name a second time, at line ${line}; the last one wins.`;
          issues.warning(at, message, undefined, { line, column: col });
        }
        seen.add(name);
        look(value, at);
      }
    }
  };
  look(document.contents, "");
}
