/**
 * Deterministic texts of metrics, as TorchServe 0.12 writes them and of histograms; all that is measured reads these.
 * Run by itself, it writes one to standard output:
 *
 *     generate.ts <shape> [--format prometheus|openmetrics]
 *
 * Shapes: `small` (47 lines), `medium` (0.67 MB), `large` (6.7 MB), `histograms` (6 MB), `series:N` (N samples).
 */
import { Buffer } from "node:buffer";
import { writeSync } from "node:fs";
import { argv, exit, stderr } from "node:process";

/** The format that a text is in. */
export type Flavour = "prometheus" | "openmetrics";

/** A family of TorchServe 0.12 (`metrics_mode=prometheus`), with the labels that its samples have. */
interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly unit: string;
  /** Labels and value of sample `i`. */
  readonly sample: (i: number) => readonly [labels: string, value: string];
}

const model = (i: number) => `m_${i % 997}`;
const worker = (i: number) => `W-${9000 + i}-${model(i)}_1.0`;
const inference = (i: number) =>
  `model_name="${model(i)}",model_version="${Math.floor(i / 997)}",hostname="torchserve-0.serving"`;
const ofHost = (i: number) => `Level="Host",Hostname="torchserve-${i}.serving"`;
const ofModel = (i: number) =>
  `ModelName="${model(i)}",Level="Model",Hostname="torchserve-${Math.floor(i / 997)}.serving"`;
const ofWorker = (i: number) => `WorkerName="${worker(i)}",Level="Host",Hostname="torchserve-0.serving"`;

const count = (i: number) => `${(i * 37) % 100_003}.0`;
const microseconds = (i: number) => `${((i * 7919) % 10_000_019) / 1000}`;
const percent = (i: number) => `${((i * 31) % 1000) / 10}`;
/** As many digits as a single-precision number shows as a double. */
const gigabytes = (i: number) => `${Math.fround(16 + ((i * 13) % 997) / 997)}`;

const FAMILIES: readonly Family[] = [
  { name: "Requests2XX", type: "counter", unit: "Count", sample: (i) => [ofHost(i), count(i)] },
  { name: "ts_inference_requests_total", type: "counter", unit: "Count", sample: (i) => [inference(i), count(i)] },
  {
    name: "ts_inference_latency_microseconds",
    type: "counter",
    unit: "Microseconds",
    sample: (i) => [inference(i), microseconds(i)],
  },
  {
    name: "ts_queue_latency_microseconds",
    type: "counter",
    unit: "Microseconds",
    sample: (i) => [inference(i), microseconds(i + 1)],
  },
  { name: "CPUUtilization", type: "gauge", unit: "Percent", sample: (i) => [ofHost(i), percent(i)] },
  { name: "DiskUsage", type: "gauge", unit: "Gigabytes", sample: (i) => [ofHost(i), gigabytes(i)] },
  { name: "WorkerLoadTime", type: "gauge", unit: "Milliseconds", sample: (i) => [ofWorker(i), count(i)] },
  { name: "WorkerThreadTime", type: "gauge", unit: "Milliseconds", sample: (i) => [ofWorker(i), percent(i)] },
  { name: "QueueTime", type: "gauge", unit: "Milliseconds", sample: (i) => [ofModel(i), count(i)] },
  { name: "PredictionTime", type: "gauge", unit: "ms", sample: (i) => [ofModel(i), microseconds(i)] },
];

/** HELP and TYPE as TorchServe writes them; in OpenMetrics a counter's family lacks `_total`, its samples have it. */
function metadata(name: string, type: string, unit: string): string {
  return `# HELP ${name} Torchserve prometheus ${type} metric with unit: ${unit}\n# TYPE ${name} ${type}\n`;
}

function torchServe(flavour: Flavour, samplesPerFamily: number): string {
  const lines: string[] = [];
  for (const { name, type, unit, sample } of FAMILIES) {
    const family = flavour === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
    const sampleName = flavour === "openmetrics" && type === "counter" ? `${family}_total` : name;
    // TorchServe ends every label set with a comma, which OpenMetrics does not allow.
    const comma = flavour === "openmetrics" ? "" : ",";
    lines.push(metadata(family, type, unit));
    for (let i = 0; i < samplesPerFamily; i++) {
      const [labels, value] = sample(i);
      lines.push(`${sampleName}{${labels}${comma}} ${value}\n`);
    }
  }
  return lines.join("");
}

const THRESHOLDS = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"];

function histograms(metrics: number): string {
  const name = "http_request_duration_seconds";
  const lines = [`# HELP ${name} Time to answer\n# TYPE ${name} histogram\n`];
  for (let i = 0; i < metrics; i++) {
    const labels = `method="${i % 2 === 0 ? "GET" : "POST"}",path="/predictions/${model(i)}/${Math.floor(i / 997)}"`;
    let cumulated = 0;
    THRESHOLDS.forEach((threshold, bucket) => {
      cumulated += (i * 7 + bucket * 13) % 11;
      lines.push(`${name}_bucket{${labels},le="${threshold}"} ${cumulated}\n`);
    });
    lines.push(`${name}_count{${labels}} ${cumulated}\n${name}_sum{${labels}} ${microseconds(i)}\n`);
  }
  return lines.join("");
}

/**
 * The text of a shape.
 *
 * @throws {RangeError} for a shape that is not known
 */
export function generate(shape: string, flavour: Flavour): string {
  const end = flavour === "openmetrics" ? "# EOF\n" : "";
  const [kind, size] = shape.split(":");
  switch (kind) {
    case "small":
      return torchServe(flavour, 3).split("\n").slice(0, 47).join("\n") + "\n" + end;
    case "medium":
      return torchServe(flavour, 715) + end;
    case "large":
      return torchServe(flavour, 7150) + end;
    case "histograms":
      return histograms(5200) + end;
    case "series":
      return torchServe(flavour, Math.ceil(Number(size) / FAMILIES.length)) + end;
    default:
      throw new RangeError(`no shape "${shape}": use small, medium, large, histograms or series:N`);
  }
}

if (import.meta.main) {
  const [shape, option, flavour] = argv.slice(2);
  const isFlavour = flavour === undefined || flavour === "prometheus" || flavour === "openmetrics";
  if (shape === undefined || !isFlavour || (option !== undefined && option !== "--format")) {
    stderr.write("usage: generate.ts <shape> [--format prometheus|openmetrics]\n");
    exit(2);
  }
  const text = Buffer.from(generate(shape, flavour ?? "prometheus"));
  for (let written = 0; written < text.length;) written += writeSync(1, text, written);
}
