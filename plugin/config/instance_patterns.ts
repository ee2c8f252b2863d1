import { child, found } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { OPTION_NAMES, type OptionName, optionOf, type PatternListName, type Values } from "./options.ts";
import { patterns } from "./schemas.ts";
import type { MetricItem } from "./metric_items.ts";

/** A regular expression of the file, and where it stands. */
interface Source {
  readonly path: string;
  readonly source: string;
  readonly secret?: boolean;
  /** How many capture groups it must have. */
  readonly groups?: number;
}

/** Whether an option is a list of regular expressions. */
const isList = (name: OptionName): name is PatternListName => optionOf(name).schema === patterns;

/** The other options that hold regular expressions. */
const OTHERS: readonly string[] = [
  "metrics",
  "extra_metrics",
  "metric_patterns",
  "exclude_metrics_by_labels",
  "auth_token",
  "inference_probe",
] satisfies readonly OptionName[];

const MAX_WILDCARD = 256;

const HARMLESS = /^(?:\.\*|[\w .:/%@~,;=&!#"'<>-])*$/;

/** Whether there is nothing in a pattern that a compiler of regular expressions could object to. */
export function isHarmless(source: string): boolean {
  return HARMLESS.test(source);
}

function listed(path: string, sources: readonly string[] | undefined): Source[] {
  return (sources ?? []).map((source, i) => ({ path: child(path, i), source }));
}

function metricNames(path: string, items: readonly MetricItem[] | undefined): Source[] {
  return (items ?? []).flatMap((item, i) => {
    const at = child(path, i);
    if (typeof item === "string") return [{ path: at, source: item }];
    return Object.keys(item).map((name) => ({ path: child(at, name), source: name }));
  });
}

/** The regular expressions among the options that were set. */
function sources(values: Values, path: string): Source[] {
  const found = OPTION_NAMES.filter(isList).flatMap((name) => listed(child(path, name), values[name]));
  found.push(...metricNames(child(path, "metrics"), values.metrics));
  found.push(...metricNames(child(path, "extra_metrics"), values.extra_metrics));
  const wanted = child(path, "metric_patterns");
  found.push(...listed(child(wanted, "include"), values.metric_patterns?.include));
  found.push(...listed(child(wanted, "exclude"), values.metric_patterns?.exclude));
  for (const [label, patterns] of Object.entries(values.exclude_metrics_by_labels ?? {})) {
    if (patterns !== true) found.push(...listed(child(child(path, "exclude_metrics_by_labels"), label), patterns));
  }
  const expectBody = values.inference_probe?.expect_body;
  if (expectBody !== undefined) {
    found.push({ path: child(child(path, "inference_probe"), "expect_body"), source: expectBody });
  }
  const reader = values.auth_token?.reader;
  if (reader?.type === "file" && reader.pattern !== undefined) {
    found.push({
      path: `${child(path, "auth_token")}.reader.pattern`,
      source: reader.pattern,
      secret: true,
      groups: 1,
    });
  }
  return found;
}

/** The expressions that need a compiler to tell whether they are right. */
export function doubtfulPatterns(values: Values, path: string): readonly Source[] {
  const names = Object.keys(values) as OptionName[];
  if (!names.some((name) => isList(name) || OTHERS.includes(name))) return [];
  return sources(values, path).filter(({ source, groups }) => groups !== undefined || !isHarmless(source));
}

/** The expression that a pattern of a shell stands for: `.*` for `*`, `.*_v2` for `*_v2`. */
function wildcard(source: string): string | undefined {
  if (source.length > MAX_WILDCARD || !/^\*[\w*-]*$/.test(source)) return undefined;
  return source.replace(/\*+/g, ".*");
}

/** Compiles the expressions of the instance at `path`; those that cannot be used become errors, and too many of them one. */
export async function checkPatterns(patterns: readonly Source[], path: string, issues: IssueList): Promise<void> {
  const characters = patterns.reduce((sum, { source }) => sum + source.length, 0);
  if (patterns.length > LIMITS.patterns || characters > LIMITS.patternCharacters) {
    issues.error(
      path,
      `Found ${patterns.length} regular expressions of ${characters} characters; expected at most ${LIMITS.patterns} of ` +
        `${LIMITS.patternCharacters} characters for one instance. Names without special characters do not count.`,
    );
    return;
  }
  const { compileCapturing, compilePattern, PatternError, UnboundedPatternError } = await import("../patterns/mod.ts");
  for (const { path, source, secret = false, groups } of patterns) {
    const shown = secret ? "a pattern" : `the pattern ${found(source, false).replace(/^the string /, "")}`;
    try {
      if (groups === undefined) await compilePattern(source);
      else {
        const { groups: count } = await compileCapturing(source);
        if (count !== groups) {
          issues.error(path, `Found ${shown} with ${count} groups; expected exactly ${groups}.`);
        }
      }
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      const expected = error instanceof UnboundedPatternError
        ? "one that every text is searched for in bounded time"
        : "a regular expression as Python accepts it";
      const meant = secret ? undefined : wildcard(source);
      issues.error(path, `Found ${shown}: ${error.message}; expected ${expected}.`, meant);
    }
  }
}
