import type { Case, FamilyBlock, SampleLine } from "./case.ts";
import { mapBlocks } from "./instance_metrics.ts";
import { changeSamples, type Oddity, withMetrics, withOptions } from "./oddity.ts";
import type { Random } from "./random.ts";

const RANGES = [
  { histogram_buckets_as_distributions: true },
  { non_cumulative_histogram_buckets: true },
  { collect_counters_with_distributions: true },
];

/** Rare cases of what becomes of samples. */
export const SCRAPER_ODDITIES: readonly Oddity[] = [
  {
    name: "0027-types-are-followed",
    format: "prometheus",
    families: ["queue_depth", "http_requests"],
    changing: "queue_depth",
    apply: (made, random) => {
      const entry = random.pick<unknown>(["queue_depth", { queue_depth: "queue" }, {
        queue_depth: { type: "native" },
      }]);
      const odd = withMetrics({ ...made, instance: { ...made.instance, extra_metrics: [] } }, entry);
      if (random.chance(0.5)) return odd;
      return mapBlocks(odd, (block) => {
        if (block.kind !== "family" || block.name !== "queue_depth" || block.type !== "gauge") return [block];
        const samples = block.samples.map((sample) => ({ ...sample, value: `${random.int(0, 99)}` }));
        return [block, { ...block, name: "queue_depth_total", type: "counter", samples }];
      });
    },
  },
  {
    name: "0028-label-sets-without-a-bucket",
    format: "prometheus",
    families: ["batch_size_bytes", "request_duration_seconds"],
    apply: (made, random) => {
      // Shared labels can make two label sets one.
      const { share_labels: _, target_info: __, ...instance } = made.instance;
      const ranged = withMetrics(
        withOptions({ ...made, instance }, random.pick(RANGES)),
        "batch_size_bytes",
        "request_duration_seconds",
      );
      return changeSamples(
        ranged,
        "histogram",
        (samples) =>
          samples.map((sample, k) => k === 1 && sample.suffix === "_bucket" ? damaged(sample, random) : sample),
      );
    },
  },
  {
    name: "0029-buckets-that-decrease",
    format: "prometheus",
    families: ["batch_size_bytes", "score_error"],
    apply: (made, random) => {
      const ranged = withMetrics(withOptions(made, random.pick(RANGES)), "batch_size_bytes", "score_error");
      return changeSamples(
        ranged,
        "histogram",
        (samples) => samples.map((sample, k) => k === 0 ? { ...sample, value: "4000" } : sample),
      );
    },
  },
  {
    name: "0035-exposed-names",
    families: ["http_requests", "Requests2XX", "CPUUtilization"],
    apply: (made, random) => {
      const odd = withMetrics(made, "http_requests");
      const isOpenMetrics = made.scrapes.some((scrape) => scrape.kind === "answer" && scrape.format === "openmetrics");
      if (!isOpenMetrics || random.chance(0.5)) {
        return withOptions(odd, {
          exclude_metrics: random.pick([["http_requests_total"], ["gc.*", "Requests2XX_total"]]),
        });
      }
      return withTargetInfo(withOptions(made, { extra_metrics: [], target_info: true, share_labels: {} }));
    },
  },
  {
    name: "0036-labels-that-name-no-host",
    families: ["CPUUtilization", "Requests2XX"],
    apply: (made, random) => {
      const named = withOptions(made, {
        hostname_label: "Node",
        hostname_format: random.pick(["<HOSTNAME>-cluster", "a-<HOSTNAME>"]),
      });
      const add = (samples: FamilyBlock["samples"]) =>
        samples.map((sample) => ({
          ...sample,
          labels: [...sample.labels, ["Node", random.pick(["", " ", "a"])] as const],
        }));
      return changeSamples(changeSamples(named, "gauge", add), "counter", add);
    },
  },
  {
    name: "0038-the-worst-service-check",
    families: ["worker_state"],
    hosts: 2,
    apply: (made) =>
      withMetrics(made, {
        worker_state: {
          name: "worker.state",
          type: "service_check",
          status_map: { "0": "OK", "1": "warning", "2": "CRITICAL" },
        },
      }),
  },
  {
    name: "0039-bounds-are-tags",
    families: ["batch_size_bytes", "rpc_duration_seconds", "preprocess_seconds"],
    apply: (made, random) => {
      const { include_labels: _, exclude_labels: __, ...instance } = made.instance;
      const odd = withMetrics({ ...made, instance }, "batch_size_bytes", "rpc_duration_seconds", "preprocess_seconds");
      return withOptions(
        odd,
        random.pick<Case["instance"]>([
          { include_labels: ["ModelName", "Level"] },
          { exclude_labels: ["upper_bound", "quantile", "Hostname", "hostname"] },
        ]),
      );
    },
  },
];

function damaged(sample: SampleLine, random: Random): SampleLine {
  const kind = random.int(0, 2);
  if (kind === 0) return { ...sample, value: "NaN" };
  if (kind === 1) return { ...sample, value: "3x" };
  const labels = sample.labels.map(([name, value]) => [name, name === "le" ? "many" : value] as const);
  return { ...sample, labels };
}

function withTargetInfo(made: Case): Case {
  const info: FamilyBlock = {
    kind: "family",
    name: "target",
    type: "info",
    samples: [{ suffix: "_info", labels: [["env", "prod"], ["site", "b"]], value: "1" }],
  };
  return {
    ...made,
    scrapes: made.scrapes.map((scrape) => {
      if (scrape.kind !== "answer") return scrape;
      const blocks = scrape.blocks.filter((block) => block.kind !== "family" || !/^target/.test(block.name));
      return { ...scrape, blocks: [info, ...blocks] };
    }),
  };
}
