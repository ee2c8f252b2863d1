import { meantPatterns } from "./mistakes/patterns.ts";
import { mistakeInLines } from "./mistakes/line_rules.ts";
import { lookAlike, withPlainCharacters } from "./mistakes/characters.ts";
import { refinedValue, unquoted } from "./mistakes/values.ts";
import { type OptionName, optionOf, OPTIONS } from "./options.ts";
import type { Places, Spot } from "./places.ts";
import { SECTIONS } from "./sections.ts";
import type { ConfigIssue } from "./types.ts";

const NOT_A_MAPPING = /^Found (?:a|the) string.*; expected a mapping (?:of options|with instances)/;
const NO_LIST = /^Found (?:a mapping|the string .*|a string); expected a list of instances/;

/** An issue at its place, in words that are nearer to the likely cause than those of the option, where there are such. */
export async function refined(issue: ConfigIssue, spot: Spot, places: Places): Promise<ConfigIssue> {
  const placed = { ...issue, place: issue.place ?? spot.place };
  const { range } = spot;
  if (issue.place !== undefined) return placed;
  const { message, path } = issue;
  if (NOT_A_MAPPING.test(message) || NO_LIST.test(message)) return inLines(placed, spot, places);
  if (range === undefined) return placed;
  const token = places.text.slice(...range);
  if (message.startsWith("Unknown option")) return refinedName(placed, token);
  if (!message.startsWith("Found ") || issue.severity !== "error") return placed;
  const isSecret = (path.match(/[A-Za-z_]\w*/g) ?? []).some((name) =>
    Object.hasOwn(OPTIONS, name) && optionOf(name as OptionName).secret
  );
  if (message.startsWith("Found the pattern ")) return isSecret ? placed : await refinedPattern(placed, token);
  const line = places.text.split("\n")[placed.place.line - 1] ?? "";
  const name = /([A-Za-z_]\w*)[^A-Za-z_]*$/.exec(path)?.[1] ?? "";
  const found = refinedValue({ token, line, message, name });
  const quoted = withQuotes(issue.suggestion, token);
  const { suggestion = found?.message === undefined ? quoted : undefined } = found ?? {};
  const { suggestion: _, ...rest } = { ...placed, message: found?.message ?? message };
  // An address may hold a password, or a token as parameter.
  const isShown = suggestion !== undefined &&
    !(isSecret || /:\/\/[^/]*@|\?/.test(suggestion) && suggestion !== issue.suggestion);
  return isShown
    ? { ...rest, suggestion }
    : isSecret && issue.suggestion !== undefined
    ? { ...rest, suggestion: issue.suggestion }
    : rest;
}

/** What is advice in general, `put quotes around it`, is a text to copy where it is known what stands in the file. */
function withQuotes(suggestion: string | undefined, token: string): string | undefined {
  if (!suggestion?.startsWith("put quotes around it: ")) return suggestion;
  return /^[\w.+:-]+$/.test(token) ? JSON.stringify(token) : suggestion;
}

/** A text where a mapping should be: its lines may tell why. */
function inLines(
  issue: ConfigIssue & { readonly place: NonNullable<ConfigIssue["place"]> },
  spot: Spot,
  places: Places,
): ConfigIssue {
  const lines = places.text.split("\n");
  const from = issue.place.line - 1;
  const end = spot.range === undefined
    ? lines.length
    : places.text.slice(0, spot.range[1]).trimEnd().split("\n").length;
  const mistake = mistakeInLines(lines, from, Math.max(from, end - 1));
  if (mistake === undefined) return issue;
  const { suggestion: _, ...rest } = issue;
  const { message, place, suggestion } = mistake;
  return suggestion === undefined ? { ...rest, message, place } : { ...rest, message, place, suggestion };
}

function refinedName(issue: ConfigIssue, token: string): ConfigIssue {
  const stranger = lookAlike(token);
  if (stranger === undefined) return issue;
  const { suggestion: _, ...rest } = issue;
  const meant = unquoted(withPlainCharacters(token)).trim();
  const message = `Found the name of an option with ${stranger.shown} in it; expected ${stranger.meant}.`;
  const isKnown = Object.hasOwn(OPTIONS, meant) || SECTIONS.includes(meant);
  // Spaces of another kind are no indentation, so that the option landed at the top of the file.
  if (/^[\u00a0\u2000-\u200a\u3000]/.test(token) && !/^\w/.test(issue.path)) {
    return { ...rest, message, suggestion: "put plain spaces in place of them" };
  }
  return isKnown ? { ...rest, message, suggestion: meant } : { ...rest, message };
}

async function refinedPattern(issue: ConfigIssue, token: string): Promise<ConfigIssue> {
  const { compilePattern } = await import("../patterns/mod.ts");
  const source = unquoted(token);
  const isQuoted = source !== token;
  // In double quotes a \ is written twice: what is in the file is not what the expression is.
  if (token.startsWith('"') && source.includes("\\")) return issue;
  for (const meant of meantPatterns(source)) {
    try {
      await compilePattern(meant);
    } catch {
      continue;
    }
    const isPlain = /^[\w.(^/][^:#,[\]{}'"\\&!|>%@`]*$/.test(meant);
    const suggestion = isPlain && (!isQuoted || meant === issue.suggestion)
      ? meant
      : meant.includes("'")
      ? JSON.stringify(meant)
      : `'${meant}'`;
    return { ...issue, suggestion };
  }
  return issue;
}
