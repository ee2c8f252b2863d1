import type { Answer, Block, Case, SampleLine, Scrape } from "./case.ts";

/** How many scrapes there are. */
const SCRAPES = 11;

const answer = (blocks: readonly Block[]): Answer => ({
  kind: "answer",
  format: "prometheus",
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  lineEnd: "\n",
  odd: false,
  chunked: false,
  blocks,
});

const family = (name: string, type: string, samples: readonly SampleLine[]): Block => ({
  kind: "family",
  name,
  type,
  samples,
});

const sample = (labels: Readonly<Record<string, string>>, value: number, suffix = ""): SampleLine => ({
  suffix,
  labels: Object.entries(labels),
  value: `${value}`,
});

/**
 * A TorchServe over eleven scrapes: models come, are renamed and go, whole families come and go, a counter starts again,
 * labels change places, one scrape fails and in one nothing changes.
 */
export function changingCase(): Case {
  const scrapes: Scrape[] = Array.from({ length: SCRAPES }, (_, k) => answer(blocksOf(k)));
  scrapes[4] = { kind: "status", status: 503 };
  scrapes[7] = answer(blocksOf(6));
  return { name: "series that come, change and go", mode: "connected", instance: {}, scrapes };
}

function blocksOf(k: number): Block[] {
  const models = k < 2 ? ["alpha"] : k < 5 ? ["alpha", "beta"] : k < 9 ? ["beta", "gamma", "délta"] : ["gamma"];
  const isRestarted = k >= 6;
  const count = (i: number) => 100 * (isRestarted ? k - 6 : k) + i;
  const byModel = models.map((model, i) =>
    sample(
      k % 2 === 0
        ? { model_name: model, model_version: "default", hostname: "pod-1" }
        : { model_version: "default", model_name: model, hostname: "pod-1" },
      count(i) + 0.5,
    )
  );
  const blocks = [
    family("ts_inference_requests_total", "counter", byModel),
    family("Requests2XX", "counter", [sample({ Level: "Host", Hostname: "pod-1" }, count(0))]),
    family("CPUUtilization", "gauge", [sample({ Level: "Host", Hostname: "pod-1" }, k === 3 ? NaN : 10 * k)]),
    family(
      "QueueTime",
      "gauge",
      models.map((model, i) => sample({ ModelName: model, Level: "Model", host: `h${i % 2}` }, k / 3 + i)),
    ),
  ];
  if (k % 3 !== 1) blocks.push(family("DiskUsage", "gauge", [sample({ Level: "Host" }, 1e12 + k)]));
  if (k > 4) {
    blocks.push(family("PredictionTime", "histogram", [
      ...["0.1", "1.0", "+Inf"].map((le, i) => sample({ ModelName: "gamma", le }, count(i), "_bucket")),
      sample({ ModelName: "gamma" }, count(2), "_count"),
      sample({ ModelName: "gamma" }, count(2) / 8, "_sum"),
    ]));
  }
  return blocks;
}
