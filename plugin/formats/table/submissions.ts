import type { Report } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import { tagsWithout } from "../common_tags.ts";
import { naturally } from "./values.ts";

/** Something that was submitted. */
export interface Submission {
  readonly name: string;
  readonly value: number;
  readonly type: string;
  /** Whether it only grows, so that what matters is how fast. */
  readonly isTotal: boolean;
  readonly label: string;
  readonly words: readonly string[];
}

/** What was submitted, by tags and host: the shorter lists of tags first, since they tell of the whole server. */
export function submissions(
  { metrics, histogram_buckets: buckets }: Report,
  common: readonly string[],
  isElsewhere: (tags: readonly string[]) => boolean,
): Submission[] {
  const groups = new Map<string, Submission[]>();
  const add = (tags: readonly string[], hostname: string | undefined, of: Omit<Submission, "label" | "words">) => {
    const words = [...tagsWithout(tags, common), ...hostname ? [`host ${oneLine(hostname)}`] : []];
    const label = words.join("  ");
    const members = groups.get(label);
    const one = { ...of, label, words };
    if (members === undefined) groups.set(label, [one]);
    else members.push(one);
  };
  for (const { name, type, value, tags, hostname } of metrics) {
    if (isElsewhere(tags)) continue;
    const isTotal = type === "monotonic_count" || type === "rate";
    add(tags, hostname, { name: oneLine(name), value, type: oneLine(type).replace("_", " "), isTotal });
  }
  for (const { name, value, lower_bound: lower, upper_bound: upper, monotonic, tags, hostname } of buckets) {
    if (isElsewhere(tags)) continue;
    add(tags, hostname, {
      name: oneLine(name),
      value,
      type: oneLine(`bucket ${lower} to ${upper}`),
      isTotal: monotonic,
    });
  }
  const labels = [...groups].map(([label, members]) => [label, members, members[0]?.words.length ?? 0] as const);
  labels.sort(([a, , few], [b, , many]) => Math.min(few, 2) - Math.min(many, 2) || naturally(a, b));
  return labels.flatMap(([, members]) => members.sort((a, b) => naturally(a.name, b.name)));
}
