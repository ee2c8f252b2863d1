/** The values of a group by the names of its tags: `host:a,model_name:b`, whose values may hold commas. */
export function tagsOfGroup(group: string, names?: readonly string[]): [name: string, value: string][] {
  if (group === "") return [];
  const isTag = (part: string) =>
    names === undefined ? /^[a-z_]+:/.test(part) : names.some((name) => part.startsWith(`${name}:`));
  const parts: string[] = [];
  for (const part of group.split(",")) {
    if (parts.length === 0 || isTag(part)) parts.push(part);
    else parts.push(`${parts.pop() ?? ""},${part}`);
  }
  return parts.map((part) => {
    const colon = part.indexOf(":");
    return [part.slice(0, colon), part.slice(colon + 1)];
  });
}

/** Tags that all groups have with the same value tell nothing apart; the order in which the others are read. */
const ORDER = ["model_name", "model_version", "worker_id", "worker_name", "gpu_id", "deviceid", "operation", "host"];
const rank = (name: string) => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);

/** What a group is called: its values. @param dull names of tags that tell nothing */
export function groupLabel(group: string, names?: readonly string[], dull: ReadonlySet<string> = new Set()): string {
  const tags = tagsOfGroup(group, names).sort(([a], [b]) => rank(a) - rank(b));
  const telling = tags.filter(([name]) => !dull.has(name));
  return (telling.length === 0 ? tags : telling).map(([, value]) => value).join(" · ");
}

/** Names of tags that have one value in all groups: they tell nothing apart. Of a single group all but the host tells. */
export function dullTags(groups: readonly string[], names: readonly string[]): Set<string> {
  if (groups.length === 1) return new Set(["host"]);
  const values = new Map<string, Set<string>>();
  for (const group of groups) {
    for (const [name, value] of tagsOfGroup(group, names)) {
      const known = values.get(name);
      if (known === undefined) values.set(name, new Set([value]));
      else known.add(value);
    }
  }
  return new Set([...values].filter(([, all]) => all.size === 1).map(([name]) => name));
}
