import { oneLine } from "../text/mod.ts";

/** The value of a tag that has none of its own. */
const BARE = "true";

/**
 * Tags as names with one value each, for formats that know no others; by name, sorted. A tag is split at its first
 * colon. `bare` becomes `bare: true` (as Telegraf's statsd input has it), one with an empty value is left out, and of a
 * name that stands more than once the values are put together: `a:1`, `a:2` become `a: 1,2`.
 *
 * @param hostname becomes the tag `host` where it is not empty
 * @param legal a name as the format can hold it; names that become the same are one name
 */
export function tagPairs(
  tags: readonly string[],
  hostname: string | undefined,
  legal: (name: string) => string,
): [name: string, value: string][] {
  const pairs: [name: string, value: string][] = hostname ? [[legal("host"), wellFormed(hostname)]] : [];
  for (const tag of tags) {
    const shown = wellFormed(tag);
    const colon = shown.indexOf(":");
    if (colon === -1 && shown !== "") pairs.push([legal(shown), BARE]);
    else if (colon !== -1 && colon < shown.length - 1) {
      pairs.push([legal(shown.slice(0, colon)), shown.slice(colon + 1)]);
    }
  }
  pairs.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return pairs.some(([name], i) => name === pairs[i - 1]?.[0]) ? joined(pairs) : pairs;
}

/** Puts the values of one name together; sorted names stand side by side. */
function joined(pairs: readonly [name: string, value: string][]): [name: string, value: string][] {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of pairs) values.set(name, (values.get(name) ?? new Set()).add(value));
  return [...values].map(([name, of]) => [name, [...of].join(",")]);
}

/** Most texts are of these characters alone, and harmless. */
const PLAIN = /^[ -~]*$/;

/** On one line, and with no half of a character: what two texts become is as different as it is in UTF-8. */
export function wellFormed(text: string): string {
  return PLAIN.test(text) ? text : oneLine(text).toWellFormed();
}
