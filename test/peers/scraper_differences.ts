import { TORCHSERVE_METRICS } from "../../plugin/torchserve/mod.ts";
import type { Case, FamilyBlock, SampleLine } from "./case.ts";
import type { Difference } from "./difference.ts";
import { familiesOf, familyName, mapFamilies, metricEntries } from "./instance_metrics.ts";
import type { ServiceCheckSubmission, Submissions } from "./submissions.ts";

/** Intended differences in what becomes of samples; they come before those that look at what is submitted together. */
export const SCRAPER_DIFFERENCES: readonly Difference[] = [
  {
    record: "0027-types-are-followed",
    applies: (made) => changingNames(made).length > 0,
    forAgent: (made) => {
      const items = Array.isArray(made.instance.extra_metrics) ? made.instance.extra_metrics : [];
      const dynamic = changingNames(made).flatMap((name) => {
        const submitted = submittedName(made, name);
        return submitted === undefined ? [] : [{ [name]: { name: submitted, type: "native_dynamic" } }];
      });
      return { ...made, instance: { ...made.instance, extra_metrics: [...items, ...dynamic] } };
    },
  },
  {
    record: "0028-label-sets-without-a-bucket",
    applies: (made) => isRanged(made) && familiesOf(made).some((family) => damagedSets(family).size > 0),
    forAgent: (made) =>
      mapFamilies(made, (family) => {
        const damaged = damagedSets(family);
        const samples = family.samples.filter((sample) => !isBucket(sample) || !damaged.has(seriesOf(sample)));
        return damaged.size === 0 ? family : { ...family, samples };
      }),
    otherPayload: true,
  },
  {
    record: "0029-buckets-that-decrease",
    applies: (made) => isRanged(made) && familiesOf(made).some(({ type }) => type === "histogram"),
    settle: (results) => {
      const { agent } = results;
      const metrics = agent.metrics.filter(({ name, value }) => value >= 0 || !name.endsWith(".bucket"));
      return { ...results, agent: { ...agent, metrics, buckets: agent.buckets.filter(({ value }) => value >= 0) } };
    },
  },
  {
    record: "0035-exposed-names",
    applies: ({ instance: { exclude_metrics, target_info } }) =>
      target_info === true || list(exclude_metrics).some((name) => name.endsWith("_total")),
    forAgent: (made) => {
      const excluded = list(made.instance.exclude_metrics);
      const bare = excluded.filter((name) => name.endsWith("_total")).map((name) => name.slice(0, -"_total".length));
      const named = excluded.length === 0
        ? made
        : { ...made, instance: { ...made.instance, exclude_metrics: [...excluded, ...bare] } };
      return mapFamilies(named, (family) => {
        if (family.type !== "info" || family.name !== "target") return family;
        const samples = family.samples.map((sample) => ({ ...sample, suffix: "" }));
        return { ...family, name: "target_info", type: "gauge", samples };
      });
    },
    otherPayload: true,
  },
  {
    record: "0036-labels-that-name-no-host",
    applies: ({ instance }) => typeof instance.hostname_label === "string",
    settle: (results, made) => {
      const { hostname_label: label, hostname_format: format } = made.instance;
      const blank = new Set(
        familiesOf(made).flatMap(({ samples }) =>
          samples.flatMap(({ labels }) =>
            labels.flatMap(([name, value]) => {
              if (name !== label || value.trim() !== "") return [];
              return [typeof format === "string" ? format.replace("<HOSTNAME>", () => value) : value];
            })
          )
        ),
      );
      return { ...results, agent: withoutHosts(results.agent, blank) };
    },
  },
  {
    record: "0038-the-worst-service-check",
    applies: (made) => metricEntries(made).some(([, { type }]) => type === "service_check"),
    settle: (results) => ({
      ...results,
      agent: { ...results.agent, serviceChecks: worstOf(results.agent.serviceChecks) },
    }),
  },
  {
    record: "0039-bounds-are-tags",
    applies: ({ instance }) =>
      BOUNDS.some((bound) =>
        list(instance.exclude_labels).includes(bound) ||
        (list(instance.include_labels).length > 0 && !list(instance.include_labels).includes(bound))
      ),
    forAgent: (made) => {
      // In distributions the bounds are fields.
      const bounds = isDistribution(made) ? ["quantile"] : BOUNDS;
      const { include_labels, exclude_labels } = made.instance;
      const included = list(include_labels);
      return {
        ...made,
        instance: {
          ...made.instance,
          ...(included.length === 0 ? {} : { include_labels: [...included, ...bounds] }),
          ...(exclude_labels === undefined
            ? {}
            : { exclude_labels: list(exclude_labels).filter((name) => !bounds.includes(name)) }),
        },
      };
    },
  },
];

const BOUNDS = ["upper_bound", "quantile"];
/** From bad to good. */
const WORST_FIRST = [2, 1, 3, 0];

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isDistribution({ instance }: Case): boolean {
  return instance.histogram_buckets_as_distributions === true || instance.collect_counters_with_distributions === true;
}

function isRanged(made: Case): boolean {
  return isDistribution(made) || made.instance.non_cumulative_histogram_buckets === true;
}

/** Names of families that are not of one type in all scrapes. */
function changingNames(made: Case): string[] {
  const types = new Map<string, Set<string>>();
  for (const family of familiesOf(made)) {
    const name = familyName(made, family);
    types.set(name, (types.get(name) ?? new Set()).add(family.type));
  }
  return [...types].filter(([, each]) => each.has("gauge") && each.has("counter")).map(([name]) => name);
}

/** The name under which the entries submit a family as what it is. */
function submittedName(made: Case, name: string): string | undefined {
  const lists = [made.instance.metrics, made.instance.extra_metrics].flatMap((items) =>
    Array.isArray(items) ? items : []
  );
  let submitted = made.instance.metrics === undefined ? TORCHSERVE_METRICS[name] : undefined;
  for (const item of lists) {
    if (item === name) submitted = name;
    else if (typeof item === "object" && item !== null && Object.hasOwn(item, name)) {
      const target: unknown = Object(item)[name];
      const { name: own = name, type = "native" } = Object(target);
      submitted = typeof target === "string" ? target : String(type).startsWith("native") ? String(own) : undefined;
    }
  }
  return submitted;
}

function isBucket({ suffix }: SampleLine): boolean {
  return suffix === "_bucket";
}

/** The labels without the bound. */
function seriesOf({ labels }: SampleLine): string {
  return JSON.stringify(labels.filter(([name]) => name !== "le").map(([name, value]) => [name, value]).sort());
}

const NUMBER = /^[-+]?(\d+\.?\d*(e[-+]?\d+)?|inf)$/i;

/** The label sets of a histogram of which a bucket cannot be used. */
function damagedSets({ type, samples }: FamilyBlock): Set<string> {
  if (type !== "histogram") return new Set();
  const bad = samples.filter((sample) => {
    if (!isBucket(sample)) return false;
    const bound = sample.labels.find(([name]) => name === "le")?.[1] ?? "";
    return !NUMBER.test(bound) || !NUMBER.test(sample.value) || /inf/i.test(sample.value);
  });
  return new Set(bad.map(seriesOf));
}

function withoutHosts(side: Submissions, hosts: ReadonlySet<string>): Submissions {
  const change = <Item extends { readonly hostname: string }>(item: Item): Item =>
    hosts.has(item.hostname) ? { ...item, hostname: "" } : item;
  return {
    ...side,
    metrics: side.metrics.map(change),
    buckets: side.buckets.map(change),
    serviceChecks: side.serviceChecks.map(change),
  };
}

function worstOf(checks: readonly ServiceCheckSubmission[]): ServiceCheckSubmission[] {
  const groups = Map.groupBy(checks, ({ status: _, ...context }) => JSON.stringify(context));
  return [...groups.values()].map((group) =>
    group.reduce((worst, check) =>
      WORST_FIRST.indexOf(check.status) < WORST_FIRST.indexOf(worst.status) ? check : worst
    )
  );
}
