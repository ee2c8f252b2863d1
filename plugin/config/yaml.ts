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
import type { Mistake } from "./mistakes/mistake.ts";
import { aliasMistake, syntaxMistake } from "./mistakes/syntax.ts";
import { Places } from "./places.ts";

const MAX_DUPLICATES = 20;
const MAX_ALIASES = 100;
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

/** Warns of names that a mapping of a JSON text has twice, which `JSON.parse` passes over. */
export function reportDuplicatesOfJson(text: string, issues: IssueList): void {
  const lineCounter = new LineCounter();
  reportDuplicates(parseDocument(text, optionsWith(lineCounter)), lineCounter, issues);
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
  const { lineCounter, issues } = reading;
  // A tag that is not known is only a warning to the library; `safe_load` refuses it.
  const [problem] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    report(
      syntaxMistake(reading.text, { ...problem, message: problem.message, line: line - 1, column: col - 1 }),
      reading,
    );
    return undefined;
  }
  reportDuplicates(document, lineCounter, issues);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    report(thrownMistake(document, error, reading), reading);
    return undefined;
  }
}

function report({ place, message, suggestion }: Mistake, { origin, issues }: Reading): void {
  issues.error(`${origin}:${place.line}:${place.column}`, message, suggestion, place);
}

/** What a text holds for which the YAML library throws instead of collecting an error. */
function thrownMistake(document: Document, error: unknown, { text, lineCounter }: Reading): Mistake {
  const at = (offset: number, message: string): Mistake => {
    const { line, col } = lineCounter.linePos(offset);
    return { place: { line: Math.max(line, 1), column: Math.max(col, 1) }, message };
  };
  if (error instanceof RangeError) return at(0, "Found nesting beyond bounds; expected a plain YAML document.");
  const anchors: string[] = [];
  let mistake: Mistake | undefined;
  let alias = 0;
  visit(document, {
    Node: (_, node) => {
      if ("anchor" in node && typeof node.anchor === "string") anchors.push(node.anchor);
    },
    Alias: (_, node) => {
      alias ||= node.range?.[0] ?? 0;
      if (mistake !== undefined || node.resolve(document) !== undefined) return;
      const { line, col } = lineCounter.linePos(node.range?.[0] ?? 0);
      mistake = aliasMistake(text, node.source, anchors, line - 1, col - 1);
    },
    Pair: (_, { key, value }) => {
      if (mistake !== undefined || !isScalar(key) || key.source !== "<<") return;
      if (!isScalar(isAlias(value) ? value.resolve(document) : value)) return;
      mistake = at(key.range?.[0] ?? 0, "Found a merge key (<<) with a text; expected an alias of a mapping.");
    },
  });
  if (mistake !== undefined) return mistake;
  return at(alias, "Found aliases (*) that multiply the document; expected a plain YAML document.");
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
