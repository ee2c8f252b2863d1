import { type Answer, type Block, type Case, ELAPSED, type FamilyBlock, HOST_START, isPlainName } from "./case.ts";
import { contextOf } from "./compare.ts";
import type { Difference, Results } from "./difference.ts";
import { familiesOf, familyName, mapBlocks, mapFamilies, metricEntries, treatment } from "./instance_metrics.ts";
import { SCRAPER_DIFFERENCES } from "./scraper_differences.ts";
import type { MetricSubmission, Submissions } from "./submissions.ts";

const isCounter = ({ type }: FamilyBlock) => type === "counter";
const plainTypes = new Set(["native", "native_dynamic", "counter", "counter_gauge"]);
const supported = new Set(["counter", "gauge", "histogram", "summary"]);
/** Makes the families of Prometheus' format others. */
const mapPlainFamilies = (made: Case, change: (family: FamilyBlock) => FamilyBlock) =>
  mapAnswers(made, (answer) =>
    answer.format === "openmetrics" ? answer : {
      ...answer,
      blocks: answer.blocks.map((block) => block.kind === "family" ? change(block) : block),
    });
const isNumber = (text: string | undefined) =>
  text !== undefined && /^[-+]?(\d+\.?\d*(e[-+]?\d+)?|inf|nan)$/i.test(text);

/** What Python's `str.splitlines` takes for the end of a line, and `\n` is not. */
export const LINE_ENDS = ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"];
const standIn = (i: number) => String.fromCharCode(0xe000 + i);

export const DIFFERENCES: readonly Difference[] = [
  // First: its settling brings back the tags that the others look at.
  {
    record: "0016-lines-end-at-line-feeds",
    applies: (made) => labelValues(made).some((value) => LINE_ENDS.some((end) => value.includes(end))),
    forAgent: (made) => mapValues(made, (value) => swap(value, LINE_ENDS, LINE_ENDS.map((_, i) => standIn(i)))),
    settle: (results) => ({ ...results, agent: mapTags(results.agent) }),
    otherPayload: true,
  },
  // Early: the others find a family's samples together.
  {
    record: "0031-families-in-several-places",
    applies: (made) => answersOf(made).some(isInterrupted),
    forAgent: (made) => mapAnswers(made, regrouped),
    otherPayload: true,
  },
  {
    record: "0034-counters-with-total-in-samples",
    applies: (made) =>
      answersOf(made).some(({ format, blocks }) =>
        format === "prometheus" && blocks.some((block) => block.kind === "family" && isTotalled(block))
      ),
    forAgent: (made) =>
      mapPlainFamilies(made, (family) => {
        if (!isTotalled(family)) return family;
        const samples = family.samples.map((sample) => ({ ...sample, suffix: "" }));
        return { ...family, name: `${family.name}_total`, samples };
      }),
    otherPayload: true,
  },
  {
    record: "0030-exemplars-and-odd-text",
    applies: (made) =>
      answersOf(made).some(({ format, blocks }) =>
        format === "prometheus" &&
        blocks.some((block) => block.kind === "family" && block.samples.some(({ exemplar }) => exemplar !== undefined))
      ),
    forAgent: (made) =>
      mapPlainFamilies(made, (family) => {
        return { ...family, samples: family.samples.map((sample) => ({ ...sample, exemplar: undefined })) };
      }),
    otherPayload: true,
  },
  {
    record: "0032-quoted-names",
    applies: (made) => familiesOf(made).some(({ name }) => !isPlainName(name)),
    forAgent: (made) => {
      const renamed = mapFamilies(made, (family) => ({ ...family, name: plainName(family.name) }));
      const { extra_metrics } = made.instance;
      const items = Array.isArray(extra_metrics)
        ? extra_metrics.map((item) =>
          Object.fromEntries(Object.entries(item).map(([name, config]) => [plainName(name), config]))
        )
        : extra_metrics;
      return { ...renamed, instance: { ...made.instance, extra_metrics: items } };
    },
    otherPayload: true,
  },
  {
    record: "0033-byte-order-marks",
    applies: (made) => answersOf(made).some(({ byteOrderMark }) => byteOrderMark === true),
    forAgent: (made) => mapAnswers(made, (answer) => ({ ...answer, byteOrderMark: false })),
    otherPayload: true,
  },
  ...SCRAPER_DIFFERENCES,
  {
    record: "0011-a-scrape-without-samples",
    applies: () => true,
    settle: (results) => {
      const { ours, agent } = results;
      if (agent.failed || ours.metrics.some(({ name }) => !name.includes(".telemetry."))) return results;
      const warned = ours.serviceChecks.find(({ status, explained }) => status === 1 && explained);
      if (warned === undefined) return results;
      const serviceChecks = agent.serviceChecks.map((check) =>
        check.name === warned.name && check.status === 0 ? { ...check, status: 1, explained: true } : check
      );
      return { ...results, agent: { ...agent, serviceChecks } };
    },
  },
  {
    record: "0012-samples-that-collide",
    // Shared labels make buckets collide as dropped ones do.
    applies: (made) =>
      ("share_labels" in made.instance && familiesOf(made).some(({ type }) => type === "histogram")) ||
      familiesOf(mapAnswers(made, regrouped)).some((family) => collides(made, family)),
    settle: (results, made) => {
      const repeats = familiesOf(mapAnswers(made, regrouped)).some(repeatsItself);
      return { ...results, agent: merged(results.agent, results.ours, repeats) };
    },
  },
  {
    record: "0013-created-is-no-count",
    applies: (made) => familiesOf(made).some((family) => isCounter(family) && createdIn(family)),
    forAgent: (made) =>
      mapFamilies(made, (family) => {
        const isCount = isCounter(family) && plainTypes.has(treatment(made, familyName(made, family)).type);
        if (!isCount) return family;
        return { ...family, samples: family.samples.filter(({ suffix }) => suffix !== "_created") };
      }),
    otherPayload: true,
  },
  {
    record: "0014-one-bad-line",
    applies: ({ scrapes }) =>
      scrapes.some((scrape) => scrape.kind === "answer" && scrape.blocks.some(({ kind }) => kind === "bad")),
    forAgent: (made) => mapBlocks(made, (block) => block.kind === "bad" ? [] : [block]),
    otherPayload: true,
  },
  {
    record: "0015-counters-named-with-total",
    applies: (made) => metricEntries(made).some(([exposed]) => exposed.endsWith("_total")),
    forAgent: (made) => ({ ...made, instance: withoutTotal(made.instance) }),
  },
  {
    record: "0017-bodies-are-utf-8",
    applies: ({ scrapes }) =>
      scrapes.some((scrape) => scrape.kind === "answer" && !/charset/i.test(scrape.contentType)),
    forAgent: (made) => ({
      ...made,
      scrapes: made.scrapes.map((scrape) =>
        scrape.kind === "answer" && !/charset/i.test(scrape.contentType)
          ? { ...scrape, contentType: `${scrape.contentType}; charset=utf-8` }
          : scrape
      ),
    }),
  },
  {
    record: "0018-native-dynamic-of-other-types",
    applies: (made) => familiesOf(made).some((family) => isUnsupportedDynamic(made, family)),
    forAgent: (made) => mapFamilies(made, (family) => isUnsupportedDynamic(made, family) ? undefined : family),
    otherPayload: true,
  },
  {
    record: "0019-samples-that-cannot-be-read",
    applies: (made) =>
      familiesOf(made).some(({ type, samples, name }) =>
        samples.some((sample) => !isReadable(made, { type, name }, sample))
      ),
    forAgent: (made) =>
      mapFamilies(made, (family) => {
        return { ...family, samples: family.samples.filter((sample) => isReadable(made, family, sample)) };
      }),
    otherPayload: true,
  },
  {
    record: "0020-quantiles-with-a-prefix",
    applies: ({ instance }) => typeof instance.raw_metric_prefix === "string",
    forAgent: (made) =>
      mapFamilies(made, (family) => {
        return family.type === "summary" ? { ...family, name: familyName(made, family) } : family;
      }),
    otherPayload: true,
  },
  {
    record: "0021-service-checks-by-wildcard",
    applies: (made) => metricEntries(made).some(([name, { type }]) => type === "service_check" && !/^\w+$/.test(name)),
    forAgent: (made) => ({ ...made, instance: withExactServiceChecks(made) }),
  },
  {
    record: "0022-versions-of-any-scheme",
    applies: (made) => metricEntries(made).some(([, { type, name }]) => type === "metadata" && name === "version"),
    settle: (results) => {
      const { version, ...metadata } = results.ours.metadata;
      const isOther = version !== undefined && !/(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)/.test(version);
      return isOther ? { ...results, ours: { ...results.ours, metadata } } : results;
    },
  },
  {
    record: "0024-labels-of-an-unreachable-target",
    applies: (made) => firstAnswerAfterRefusals(made) !== undefined,
    forAgent: (made) => {
      const first = firstAnswerAfterRefusals(made);
      if (first === undefined) return made;
      const answer = made.scrapes[first];
      return {
        ...made,
        scrapes: made.scrapes.map((scrape, k) => k < first && scrape.kind === "refused" ? answer ?? scrape : scrape),
      };
    },
    settle: (results, made, scrape) =>
      scrape < (firstAnswerAfterRefusals(made) ?? 0) ? { ...results, agent: results.rawAgent } : results,
  },
  {
    record: "0025-counters-by-configuration",
    applies: ({ instance }) => instance.use_process_start_time === true,
    settle: (results, made) => {
      const started = familiesOf(made).some(({ name, samples }) =>
        name.endsWith("process_start_time_seconds") && samples.some(({ value }) => Number(value) > HOST_START)
      );
      if (!started) return results;
      const flushed = new Set(results.ours.metrics.filter(({ flush }) => flush).map(({ name }) => name));
      const metrics = results.agent.metrics.map((metric) =>
        flushed.has(metric.name) ? { ...metric, flush: true } : metric
      );
      return { ...results, agent: { ...results.agent, metrics } };
    },
  },
  {
    record: "0026-target-info-of-a-whole-payload",
    applies: ({ instance }) => instance.target_info === true,
    forAgent: (made) => ({
      ...made,
      scrapes: made.scrapes.map((scrape) => {
        if (scrape.kind !== "answer") return scrape;
        const isTarget = (block: Block) => block.kind === "family" && familyName(made, block) === "target_info";
        const blocks = [...scrape.blocks.filter(isTarget), ...scrape.blocks.filter((block) => !isTarget(block))];
        return { ...scrape, blocks };
      }),
    }),
  },
  {
    // Last: what a limit leaves is compared as the filters above have settled it.
    record: "0023-which-metrics-a-limit-drops",
    applies: (made) =>
      made.instance.max_returned_metrics !== undefined &&
      (made.instance.telemetry === true || made.instance.use_process_start_time === true ||
        familiesOf(made).some((family) => collides(made, family))),
    forAgent: (made) => {
      const { max_returned_metrics: _, ...instance } = made.instance;
      return { ...made, instance };
    },
    settle: (results, { instance }) => settleLimit(results, Number(instance.max_returned_metrics)),
  },
];

function answersOf({ scrapes }: Case): Answer[] {
  return scrapes.filter((scrape) => scrape.kind === "answer");
}

/** Whether an answer has a family's lines in several places. */
function isInterrupted({ format, blocks }: Answer): boolean {
  const names = blocks.flatMap((block) => block.kind === "family" ? [block.name] : []);
  return format === "prometheus" && new Set(names).size < names.length;
}

/** The answer with each family's lines in one place, where the first ones are. */
function regrouped(answer: Answer): Answer {
  if (!isInterrupted(answer)) return answer;
  const families = new Map<string, FamilyBlock>();
  for (const block of answer.blocks) {
    if (block.kind !== "family") continue;
    const first = families.get(block.name);
    families.set(block.name, first === undefined ? block : { ...first, samples: [...first.samples, ...block.samples] });
  }
  const blocks = answer.blocks.flatMap((block): Block[] => {
    if (block.kind !== "family") return [block];
    const family = families.get(block.name);
    families.delete(block.name);
    return family === undefined ? [] : [family];
  });
  return { ...answer, blocks };
}

function plainName(name: string): string {
  return name.replace(/\W/g, "_");
}

function mapAnswers(made: Case, change: (answer: Answer) => Answer): Case {
  return { ...made, scrapes: made.scrapes.map((scrape) => scrape.kind === "answer" ? change(scrape) : scrape) };
}

/** TYPE names a counter without `_total`, and its samples have it (Prometheus' format). */
function isTotalled({ type, name, samples }: FamilyBlock): boolean {
  return type === "counter" && !name.endsWith("_total") && samples.some(({ suffix }) => suffix === "_total");
}

function createdIn({ samples }: FamilyBlock): boolean {
  return samples.some(({ suffix }) => suffix === "_created");
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether dropping labels makes two samples of a family the same. */
function collides({ instance }: Case, { samples, type }: FamilyBlock): boolean {
  const excluded = new Set(
    instance.exclude_labels === undefined ? ["hostname", "Hostname"] : list(instance.exclude_labels),
  );
  const included = list(instance.include_labels);
  const keys = samples.map(({ suffix, labels }) => {
    const left = labels.map(([name, value]) =>
      [name === "le" && type === "histogram" ? "upper_bound" : name, value] as const
    )
      .filter(([name]) => !excluded.has(name) && (included.length === 0 || included.includes(name)));
    return JSON.stringify([suffix, left.sort()]);
  });
  return new Set(keys).size < keys.length;
}

/** Whether a family has a sample twice, with all its labels: where it meets others, its last value counts. */
function repeatsItself({ samples }: FamilyBlock): boolean {
  const keys = samples.map(({ suffix, labels }) => JSON.stringify([suffix, labels.toSorted()]));
  return new Set(keys).size < keys.length;
}

/**
 * The Agent's submissions with those of one context put together, where ours has fewer.
 *
 * @param repeats whether there are samples that the target itself repeats
 */
function merged(agent: Submissions, ours: Submissions, repeats: boolean): Submissions {
  const byContext = Map.groupBy(agent.metrics, contextOf);
  const oursByContext = Map.groupBy(ours.metrics, contextOf);
  const metrics = [...byContext].flatMap(([context, group]) =>
    mergeGroup(group, oursByContext.get(context) ?? [], repeats)
  );
  const bucketContext = ({ value: _, ...context }: Submissions["buckets"][number]) => JSON.stringify(context);
  const oursBuckets = Map.groupBy(ours.buckets, bucketContext);
  return {
    ...agent,
    metrics,
    buckets: [...Map.groupBy(agent.buckets, bucketContext)].flatMap(([context, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const sum = group.reduce((total, { value }) => total + value, 0);
      // Of a bucket that an exporter says twice, the last one counts.
      const isOnce = oursBuckets.get(context)?.every(({ value }) => value === sum / 2) ?? false;
      return [{ ...first, value: group.length % 2 === 0 && isOnce ? sum / 2 : sum }];
    }),
  };
}

/** Whether all of some submissions are among others, one for one. */
function isPart(some: readonly unknown[], others: readonly unknown[]): boolean {
  const left = Map.groupBy(others, (item) => JSON.stringify(item));
  return some.every((item) => left.get(JSON.stringify(item))?.pop() !== undefined);
}

/**
 * Counts are the same in sum; of gauges and rates the last ones are left, or the sum where the family counts. Of what the
 * target repeats some are left, of counts, too.
 */
function mergeGroup(
  group: readonly MetricSubmission[],
  ours: readonly MetricSubmission[],
  repeats: boolean,
): readonly MetricSubmission[] {
  const total = (metrics: readonly MetricSubmission[]) => metrics.reduce((sum, { value }) => sum + value, 0);
  const [first] = group;
  if (first === undefined || first.type === "count" || ours.length === 0 || ours.length >= group.length) return group;
  const isTotal = (metrics: readonly MetricSubmission[]) =>
    Math.abs(total(metrics) - total(ours)) <= 1e-9 * Math.abs(total(metrics));
  // An exporter that says everything twice: what meets others counts once.
  const half = [...Map.groupBy(group, ({ value }) => value).values()].flatMap((same) => same.slice(same.length / 2));
  const isSum = isTotal(group) || (2 * half.length === group.length && isTotal(half));
  // Times that have elapsed are rounded: both sides look at the clock at another moment.
  const known = (metric: MetricSubmission) =>
    first.name.endsWith(ELAPSED) ? { ...metric, value: Math.round(metric.value / 60) } : metric;
  const isRest = (repeats || first.type !== "monotonic_count") && isPart(ours.map(known), group.map(known));
  return isSum || isRest ? ours : group;
}

function withoutTotal(instance: Case["instance"]): Case["instance"] {
  const bare = (name: string) => /^\w+_total$/.test(name) ? name.slice(0, -"_total".length) : name;
  const items = (items: unknown) =>
    Array.isArray(items)
      ? items.map((item) => {
        // A name by itself is also what it is submitted as.
        if (typeof item === "string") return bare(item) === item ? item : { [bare(item)]: item };
        return Object.fromEntries(
          Object.entries(item).map(([name, config]) =>
            bare(name) === name || typeof config === "string"
              ? [bare(name), config]
              : [bare(name), { name, ...Object(config) }]
          ),
        );
      })
      : items;
  const { metrics, extra_metrics } = instance;
  return {
    ...instance,
    ...(metrics === undefined ? {} : { metrics: items(metrics) }),
    ...(extra_metrics === undefined ? {} : { extra_metrics: items(extra_metrics) }),
  };
}

function labelValues(made: Case): string[] {
  return familiesOf(made).flatMap(({ samples }) => samples.flatMap(({ labels }) => labels.map(([, value]) => value)));
}

function mapValues(made: Case, change: (value: string) => string): Case {
  return mapFamilies(made, (family) => ({
    ...family,
    samples: family.samples.map((sample) => ({
      ...sample,
      labels: sample.labels.map(([name, value]) => [name, change(value)] as const),
    })),
  }));
}

function swap(text: string, from: readonly string[], to: readonly string[]): string {
  return from.reduce((changed, character, i) => changed.replaceAll(character, to[i] ?? ""), text);
}

function mapTags(side: Submissions): Submissions {
  const back = (text: string) => swap(text, LINE_ENDS.map((_, i) => standIn(i)), LINE_ENDS);
  const change = <Item extends { readonly tags: readonly string[]; readonly hostname: string }>(item: Item): Item => {
    return { ...item, tags: item.tags.map(back).sort(), hostname: back(item.hostname) };
  };
  return {
    ...side,
    metrics: side.metrics.map(change),
    buckets: side.buckets.map(change),
    serviceChecks: side.serviceChecks.map(change),
  };
}

function isUnsupportedDynamic(made: Case, family: FamilyBlock): boolean {
  return !supported.has(family.type) && treatment(made, familyName(made, family)).type === "native_dynamic";
}

function isReadable(
  made: Case,
  family: Pick<FamilyBlock, "type" | "name">,
  { suffix, labels }: FamilyBlock["samples"][number],
): boolean {
  const { type } = family;
  const label = (wanted: string) => labels.find(([found]) => found === wanted)?.[1];
  if (type === "histogram" && suffix === "_bucket") return isNumber(label("le"));
  if (type === "summary" && suffix === "" && label("quantile") !== undefined) return isNumber(label("quantile"));
  const treated = treatment(made, familyName(made, family));
  return treated.type !== "metadata" || treated.label === undefined || label(treated.label) !== undefined;
}

/** Wildcard entries of service checks replaced by one entry for each name they match. */
function withExactServiceChecks(made: Case): Case["instance"] {
  const names = new Set(familiesOf(made).map((family) => familyName(made, family)));
  const exact = [...names].filter((name) => {
    const { type, wildcard } = treatment(made, name);
    return type === "service_check" && wildcard;
  });
  const entries = metricEntries(made);
  const extra = exact.map((name) => {
    const config = entries.find(([pattern, { type }]) => type === "service_check" && new RegExp(pattern).test(name))
      ?.[1];
    return { [name]: { ...config, name } };
  });
  const items = Array.isArray(made.instance.extra_metrics) ? made.instance.extra_metrics : [];
  return { ...made.instance, extra_metrics: [...items, ...extra] };
}

/** Ours must be a part of what the Agent submits without limit, as large as the limit allows. */
function settleLimit(results: Results, limit: number): Results {
  const { ours, agent } = results;
  const key = (metric: MetricSubmission) =>
    metric.name.endsWith(ELAPSED) || metric.name.endsWith(".payload.size")
      ? contextOf(metric)
      : `${contextOf(metric)} ${metric.value}`;
  const left = Map.groupBy(agent.metrics.filter(({ type }) => type !== "count"), key);
  const own = ours.metrics.filter(({ type }) => type !== "count");
  const isOnlyPart = own.every((metric) => left.get(key(metric))?.pop() !== undefined);
  const counts = new Set(ours.metrics.filter(({ type }) => type === "count").map(contextOf)).size;
  const all = agent.metrics.filter(({ type }) => type !== "count").length;
  if (!isOnlyPart || own.length + counts > limit || (own.length + counts < limit && own.length < all)) return results;
  return { ...results, agent: { ...agent, metrics: ours.metrics } };
}

/** The first real answer, where refused connections that `ignore_connection_errors` passes over came before it. */
function firstAnswerAfterRefusals({ instance, scrapes }: Case): number | undefined {
  if (instance.ignore_connection_errors !== true) return undefined;
  if (instance.share_labels === undefined && instance.target_info !== true) return undefined;
  const first = scrapes.findIndex(({ kind }) => kind === "answer");
  return scrapes.slice(0, Math.max(0, first)).some(({ kind }) => kind === "refused") ? first : undefined;
}
