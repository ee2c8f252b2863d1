import type { Answer, Case, FamilyBlock } from "./case.ts";
import { LINE_ENDS } from "./differences.ts";
import { mapFamilies } from "./instance_metrics.ts";
import { changeSamples, type Oddity, withMetrics, withOptions } from "./oddity.ts";
import { SCRAPER_ODDITIES } from "./scraper_oddities.ts";
import type { Random } from "./random.ts";

/** Changes one of the answers, if there is one. */
function changeAnswer(made: Case, random: Random, change: (answer: Answer) => Answer): Case {
  const answers = made.scrapes.flatMap((scrape, k) => scrape.kind === "answer" ? [k] : []);
  if (answers.length === 0) return made;
  const chosen = random.pick(answers);
  return {
    ...made,
    scrapes: made.scrapes.map((scrape, k) => k === chosen && scrape.kind === "answer" ? change(scrape) : scrape),
  };
}

/** The last ones are taken by the Agent for what they are not. */
const BAD_LINES = [
  "broken",
  'a{b="c" 1 2 x',
  "metric_without_value ",
  'a{b="c"} one',
  "# TYPE only_name",
  'CPUUtilization{="host"} 9',
  'CPUUtilization{Level="Host} 9',
  "CPUUtilization 9 so to say 10",
  'CPUUtilization{Level="Host"x} 9',
  'CPU%Utilization{Level="Host"} 9',
];

export const ODDITIES: readonly Oddity[] = [
  {
    name: "0011-a-scrape-without-samples",
    apply: (made, random) =>
      changeAnswer(made, random, (answer) => ({
        ...answer,
        blocks: random.chance(0.5) ? [] : [{ kind: "family", name: "CPUUtilization", type: "gauge", samples: [] }],
      })),
  },
  { name: "0012-samples-that-collide", hosts: 2, families: ["Requests2XX", "CPUUtilization"], apply: (made) => made },
  {
    name: "0013-created-is-no-count",
    format: "openmetrics",
    families: ["Requests2XX", "ts_inference_requests"],
    apply: (made) =>
      changeSamples(
        made,
        "counter",
        (samples) =>
          samples.flatMap((
            sample,
          ) => [sample, { ...sample, suffix: "_created", value: "1700000000.25", exemplar: undefined }]),
      ),
  },
  {
    name: "0014-one-bad-line",
    format: "prometheus",
    families: ["CPUUtilization", "Requests2XX"],
    apply: (made, random) =>
      changeAnswer(made, random, (answer) => {
        const blocks = [...answer.blocks];
        blocks.splice(random.int(0, blocks.length), 0, { kind: "bad", text: random.pick(BAD_LINES) });
        return { ...answer, blocks };
      }),
  },
  {
    name: "0015-counters-named-with-total",
    families: ["http_requests", "tokens"],
    apply: (made, random) =>
      withMetrics(
        { ...made, instance: { ...made.instance, extra_metrics: [] } },
        random.pick<unknown>(["http_requests_total", { http_requests_total: "requests" }, {
          http_requests_total: { type: "rate" },
        }]),
      ),
  },
  {
    name: "0016-lines-end-at-line-feeds",
    format: "prometheus",
    families: ["CPUUtilization"],
    apply: (made, random) =>
      changeSamples(made, "gauge", (samples) =>
        samples.map((sample) => ({
          ...sample,
          labels: [...sample.labels, ["split", `a${random.pick(LINE_ENDS)}b`] as const],
        }))),
  },
  {
    name: "0017-bodies-are-utf-8",
    format: "prometheus",
    families: ["CPUUtilization"],
    apply: (made, random) => {
      const odd = changeSamples(made, "gauge", (samples) =>
        samples.map((sample) => ({
          ...sample,
          labels: [...sample.labels, ["umlaut", random.pick(["ü", "à", "模型"])] as const],
        })));
      return {
        ...odd,
        scrapes: odd.scrapes.map((scrape) =>
          scrape.kind === "answer" ? { ...scrape, contentType: "text/plain; version=0.0.4" } : scrape
        ),
      };
    },
  },
  {
    name: "0018-native-dynamic-of-other-types",
    families: ["cache_entries"],
    apply: (made, random) =>
      withMetrics(made, { [random.pick(["cache_entries", "^cache_.*"])]: { type: "native_dynamic" } }),
  },
  {
    name: "0019-samples-that-cannot-be-read",
    format: "prometheus",
    families: ["request_duration_seconds", "rpc_duration_seconds", "build_version"],
    apply: (made, random) => {
      // A label that is missing does not keep a metric from sharing its others.
      const { share_labels: _, target_info: __, ...instance } = made.instance;
      const odd = withMetrics(
        { ...made, instance },
        "request_duration_seconds",
        "rpc_duration_seconds",
        { build_version: { name: "nothing", type: "metadata", label: random.pick(["commit", "missing"]) } },
      );
      const spoil = (name: string) => (samples: FamilyBlock["samples"]) =>
        samples.map((sample, k) => {
          if (k !== 1) return sample;
          const labels = sample.labels.map(([label, value]) => [label, label === name ? "many" : value] as const);
          return {
            ...sample,
            labels: random.chance(0.5) || name !== "le" ? labels : labels.filter(([label]) => label !== name),
          };
        });
      return changeSamples(changeSamples(odd, "histogram", spoil("le")), "summary", spoil("quantile"));
    },
  },
  {
    name: "0020-quantiles-with-a-prefix",
    prefix: true,
    families: ["rpc_duration_seconds"],
    apply: (made) => withMetrics(made, "rpc_duration_seconds"),
  },
  {
    name: "0021-service-checks-by-wildcard",
    families: ["worker_state", "queue_depth"],
    apply: (made) => {
      const odd = withOptions(made, { extra_metrics: [] });
      return withMetrics(odd, {
        "^(worker_state|queue_depth)$": { type: "service_check", status_map: { "1": "OK", "2": "CRITICAL" } },
      });
    },
  },
  {
    name: "0022-versions-of-any-scheme",
    families: ["build_version"],
    apply: (made) => withMetrics(made, { build_version: { name: "version", type: "metadata", label: "commit" } }),
  },
  {
    name: "0023-which-metrics-a-limit-drops",
    families: ["http_requests", "CPUUtilization", "Requests2XX"],
    apply: (made, random) => withOptions(made, { max_returned_metrics: random.int(1, 10), telemetry: true }),
  },
  {
    name: "0024-labels-of-an-unreachable-target",
    families: ["build_version", "CPUUtilization"],
    apply: (made) => {
      const odd = withOptions(made, { ignore_connection_errors: true, share_labels: { build_version: true } });
      return { ...odd, scrapes: [{ kind: "refused" }, ...odd.scrapes] };
    },
  },
  {
    name: "0025-counters-by-configuration",
    format: "prometheus",
    families: ["queue_depth", "process_start_time_seconds"],
    apply: (made) => {
      const odd = withOptions(made, { use_process_start_time: true });
      return withMetrics(odd, { queue_depth: { type: "counter" } });
    },
  },
  {
    name: "0026-target-info-of-a-whole-payload",
    families: ["target_info", "CPUUtilization"],
    apply: (made, random) => {
      const odd = changeAnswer(withOptions(made, { target_info: true }), random, (answer) => ({
        ...answer,
        blocks: answer.blocks.filter((block) => block.kind !== "family" || block.name !== "target_info"),
      }));
      return { ...odd, scrapes: odd.scrapes.toSorted((a, b) => targets(a) - targets(b)) };
    },
  },
  {
    name: "0030-exemplars-and-odd-text",
    format: "prometheus",
    families: ["ts_inference_requests", "request_duration_seconds"],
    apply: (made, random) => {
      const odd = withMetrics(made, "request_duration_seconds");
      const add = (samples: FamilyBlock["samples"]) =>
        samples.map((sample) => {
          const exemplar = random.pick(['{trace_id="abc"} 1', "{} 2 1700000000.5", '{a="}",b="x # y"} 0.5']);
          return random.chance(0.7) ? { ...sample, exemplar } : sample;
        });
      return plainAnswers(changeSamples(changeSamples(odd, "counter", add), "histogram", add));
    },
  },
  {
    name: "0031-families-in-several-places",
    format: "prometheus",
    families: ["CPUUtilization", "Requests2XX", "request_duration_seconds"],
    apply: (made, random) => {
      const odd = withMetrics(made, "request_duration_seconds");
      const isFirst = random.chance(0.5);
      return {
        ...odd,
        scrapes: odd.scrapes.map((scrape) =>
          scrape.kind === "answer" ? { ...scrape, blocks: interrupted(scrape.blocks, isFirst) } : scrape
        ),
      };
    },
  },
  {
    name: "0032-quoted-names",
    format: "prometheus",
    families: ["queue_depth", "tokens", "CPUUtilization"],
    apply: (made) => {
      // Exact entries: a pattern submits under the exposed name, which is another one for the Agent.
      const odd = withMetrics(
        { ...made, instance: { ...made.instance, extra_metrics: [] } },
        { "queueü": { name: "queue", type: "gauge" } },
        { "tokensü": { name: "tokens", type: "gauge" } },
      );
      return mapFamilies(odd, (family) => {
        if (family.name === "queue_depth") return { ...family, name: "queueü" };
        return family.type === "counter" && family.name.startsWith("tokens") ? { ...family, name: "tokensü" } : family;
      });
    },
  },
  {
    name: "0033-byte-order-marks",
    format: "prometheus",
    families: ["CPUUtilization"],
    apply: (made, random) => changeAnswer(made, random, (answer) => ({ ...answer, byteOrderMark: true })),
  },
  {
    name: "0034-counters-with-total-in-samples",
    format: "prometheus",
    families: ["Requests2XX", "http_requests"],
    apply: (made) => {
      const odd = withMetrics({ ...made, instance: { ...made.instance, extra_metrics: [] } }, "http_requests");
      return mapFamilies(odd, (family) => {
        if (family.type !== "counter") return family;
        const samples = family.samples.map((sample) => ({ ...sample, suffix: "_total" }));
        return { ...family, name: family.name.replace(/_total$/, ""), samples };
      });
    },
  },
  ...SCRAPER_ODDITIES,
];

/** Answers with one space where the format needs one: odd ones have no exemplars. */
function plainAnswers(made: Case): Case {
  return {
    ...made,
    scrapes: made.scrapes.map((scrape) => scrape.kind === "answer" ? { ...scrape, odd: false } : scrape),
  };
}

/** Families whose TYPE lines all come first, or of which each other sample comes at the end. */
function interrupted(blocks: Answer["blocks"], isFirst: boolean): Answer["blocks"] {
  const families = blocks.filter((block) => block.kind === "family");
  const part = (family: FamilyBlock, keep: (k: number) => boolean): FamilyBlock => ({
    ...family,
    samples: family.samples.filter((_, k) => keep(k)),
  });
  const rest = (family: FamilyBlock): FamilyBlock => ({ ...family, type: "", help: undefined, unit: undefined });
  if (isFirst) return [...families.map((family) => part(family, () => false)), ...families.map(rest)];
  return [
    ...families.map((family) => part(family, (k) => k % 2 === 0)),
    ...families.map((family) => rest(part(family, (k) => k % 2 === 1))),
  ];
}

/** How many `target_info` families an answer has. */
function targets(scrape: Case["scrapes"][number]): number {
  if (scrape.kind !== "answer") return 0;
  return scrape.blocks.filter((block) => block.kind === "family" && block.name === "target_info").length;
}
