/**
 * Tag names that mean something to the whole platform. With `disable_generic_tags` an integration's own tags of these
 * names get its prefix (datadog-checks-base 38.7.0, `utils/tagging.py`).
 */
const GENERIC_TAGS: ReadonlySet<string> = new Set([
  "cluster_name",
  "clustername",
  "cluster",
  "clusterid",
  "cluster_id",
  "env",
  "host_name",
  "hostname",
  "host",
  "service",
  "version",
]);

/** The options that change every tag list of an instance. */
export interface TagOptions {
  readonly disable_generic_tags?: boolean;
  readonly service?: string | undefined;
}

/**
 * Gives `host:a` the name `torchserve_host:a`; other tags stay. A tag without value keeps none, and one with an empty
 * value loses its colon, as in the Agent.
 */
export function specific(tag: string): string {
  const colon = tag.indexOf(":");
  const name = colon < 0 ? tag : tag.slice(0, colon);
  if (!GENERIC_TAGS.has(name)) return tag;
  return colon >= 0 && colon < tag.length - 1 ? `torchserve_${tag}` : `torchserve_${name}`;
}

/**
 * The last step of every tag list: generic names made specific, then `service:<service>` appended. Lists are shared
 * between metrics, so results are remembered by identity.
 */
export function tagFinisher(options: TagOptions): (tags: readonly string[]) => readonly string[] {
  const service = options.service === undefined ? undefined : `service:${options.service}`;
  if (!options.disable_generic_tags && service === undefined) return (tags) => tags;
  const finished = new WeakMap<readonly string[], readonly string[]>();
  return (tags) => {
    let result = finished.get(tags);
    if (result === undefined) {
      const list = options.disable_generic_tags ? tags.map(specific) : [...tags];
      if (service !== undefined) list.push(service);
      result = list;
      finished.set(tags, result);
    }
    return result;
  };
}

/** Whether two lists have the same tags in the same order. */
export function haveEqualTags(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
