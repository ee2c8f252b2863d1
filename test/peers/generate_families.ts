import type { FamilyBlock, SampleLine } from "./case.ts";
import type { FamilyPlan } from "./families.ts";
import type { Labels } from "./generate_labels.ts";
import type { Random } from "./random.ts";

/** One family over the scrapes of a case: the same series, with values that move. */
export class FamilyHistory {
  readonly #random: Random;
  readonly #format: "prometheus" | "openmetrics";
  readonly #bounds: readonly string[];
  readonly #quantiles: readonly string[];
  readonly #hasTotal: boolean;
  readonly #hasTimestamps: boolean;
  readonly #hasExtras: boolean;
  readonly #labelFirst: boolean;
  /** By label set: what has been counted. */
  readonly #totals: number[];
  #type: FamilyPlan["type"];
  #clock = 1_700_000_100;

  constructor(
    random: Random,
    readonly plan: FamilyPlan,
    readonly sets: readonly Labels[],
    format: "prometheus" | "openmetrics",
  ) {
    this.#random = random;
    this.#format = format;
    this.#type = plan.type;
    this.#bounds = bounds(random, format);
    this.#quantiles = format === "prometheus" && random.chance(0.3)
      ? ["0", "0.50", "1", "1e-1"]
      : ["0.5", "0.9", "0.99"];
    this.#hasTotal = random.chance(0.5);
    this.#hasTimestamps = random.chance(0.1);
    this.#hasExtras = random.chance(0.3);
    this.#labelFirst = random.chance(0.3);
    this.#totals = sets.map(() => random.int(0, 50));
  }

  /** The target's next version exposes the family as something else. */
  changeType(): void {
    if (this.#type === "gauge") this.#type = "counter";
    else if (this.#type === "counter") this.#type = "gauge";
  }

  /** The family as the next scrape finds it. */
  next(): FamilyBlock {
    this.#clock += 15;
    const { name, unit } = this.plan;
    const isCounter = this.#type === "counter";
    const openmetrics = this.#format === "openmetrics";
    const suffix = isCounter && !openmetrics && this.#hasTotal ? "_total" : "";
    const samples = this.sets.flatMap((labels, i) => this.#samples(labels, i));
    return {
      kind: "family",
      name: `${name}${suffix}`,
      type: this.#type === "unknown" && !openmetrics ? this.#hasTotal ? "" : "untyped" : this.#type,
      ...(this.#hasExtras ? { help: `Help of ${name}` } : {}),
      ...(openmetrics && unit !== undefined && this.#hasExtras && !isCounter ? { unit } : {}),
      samples: this.#hasTimestamps ? samples.map((sample) => ({ ...sample, timestamp: this.#timestamp() })) : samples,
    };
  }

  #timestamp(): string {
    return this.#format === "openmetrics" ? `${this.#clock}.5` : `${this.#clock}500`;
  }

  #samples(labels: Labels, i: number): SampleLine[] {
    const random = this.#random;
    const before = this.#totals[i] ?? 0;
    const total = this.#totals[i] = random.chance(0.02) ? random.int(0, 3) : before + random.int(0, 20);
    switch (this.#type) {
      case "counter":
        return [this.#counter(labels, total)];
      case "histogram":
      case "gaugehistogram":
        return this.#histogram(labels, total);
      case "summary":
        return this.#summary(labels, total);
      case "stateset":
        return ["starting", "ready", "draining"].map((state, k) => ({
          suffix: "",
          labels: [...labels, [this.plan.name, state]],
          value: k === total % 3 ? "1" : "0",
        }));
      case "info":
        return [{ suffix: "_info", labels, value: "1" }];
      default:
        return [{ suffix: "", labels, value: this.#gaugeValue(total) }];
    }
  }

  #counter(labels: Labels, total: number): SampleLine {
    const openmetrics = this.#format === "openmetrics";
    const value = this.#random.chance(0.3) ? `${total}.0` : this.#random.chance(0.05) ? `${total}e2` : `${total}`;
    const exemplar = openmetrics && this.#hasExtras ? '{trace_id="KOO5S4vxi0o"} 0.67' : undefined;
    return { suffix: openmetrics ? "_total" : "", labels, value, exemplar };
  }

  #gaugeValue(total: number): string {
    const random = this.#random;
    switch (this.plan.name) {
      case "process_start_time_seconds":
        return `${1_700_000_000 + this.sets.length * 37 - (this.#labelFirst ? 5_000 : 0)}`;
      case "last_request_time":
        return `${1_700_000_000 + total}.25`;
      case "worker_state":
      case "node_state":
        return `${total % 5}${random.chance(0.2) ? ".7" : ""}`;
      case "model_labels":
      case "node_labels":
      case "build_version":
      case "target_info":
        return total % 4 === 0 ? "0" : "1";
    }
    if (random.chance(0.04)) return random.pick(["NaN", "+Inf", "-Inf"]);
    if (random.chance(0.1)) {
      return random.pick(["-3.5", "1e-7", "123456789012", "0", "-0", "1.5E3", "0.1", "22274.3203125"]);
    }
    return random.chance(0.5) ? `${total}` : `${total}.${random.int(0, 999)}`;
  }

  #histogram(labels: Labels, total: number): SampleLine[] {
    const gauge = this.#type === "gaugehistogram";
    let count = 0;
    const buckets = this.#bounds.map((bound, k): SampleLine => {
      count = k === this.#bounds.length - 1 ? total : Math.min(total, count + this.#random.int(0, 4));
      const le = ["le", bound] as const;
      const exemplar = this.#format === "openmetrics" && this.#hasExtras && k === 1
        ? `{id="a # b"} ${bound}`
        : undefined;
      return {
        suffix: "_bucket",
        labels: this.#labelFirst ? [le, ...labels] : [...labels, le],
        value: `${count}`,
        exemplar,
      };
    });
    const isNegative = this.#bounds.some((bound) => bound.startsWith("-"));
    const sum: SampleLine = { suffix: gauge ? "_gsum" : "_sum", labels, value: `${total * 0.25}` };
    const tail: SampleLine = { suffix: gauge ? "_gcount" : "_count", labels, value: `${total}` };
    if (isNegative && this.#format === "openmetrics") return buckets;
    const created: SampleLine[] = this.#format === "openmetrics" && this.#hasExtras && !gauge
      ? [{ suffix: "_created", labels, value: "1700000000.5" }]
      : [];
    return [...buckets, sum, tail, ...created];
  }

  #summary(labels: Labels, total: number): SampleLine[] {
    const quantiles = this.#quantiles.map((quantile, k): SampleLine => ({
      suffix: "",
      labels: this.#labelFirst ? [["quantile", quantile], ...labels] : [...labels, ["quantile", quantile]],
      value: this.#random.chance(0.1) ? "NaN" : `${total * (k + 1) / 8}`,
    }));
    return [...quantiles, { suffix: "_sum", labels, value: `${total / 2}` }, {
      suffix: "_count",
      labels,
      value: `${total}`,
    }];
  }
}

/** The bounds of a histogram, in order, as they are written. */
function bounds(random: Random, format: "prometheus" | "openmetrics"): readonly string[] {
  const negative = random.chance(0.15) ? ["-10.0", "-0.5"] : [];
  const zero = random.chance(0.15) ? [random.pick(format === "openmetrics" ? ["0.0"] : ["0", "0.0", "-0"])] : [];
  const positive = format === "openmetrics" ? ["0.005", "0.25", "1.0", "10.0", "1000.0"] : random.pick([
    ["0.005", "0.25", "1", "10"],
    ["0.05", "1.0", "2.50", "1e3"],
    ["5e-05", "1", "1e6", "1e+16", "1e17"],
    ["1"],
  ]);
  const infinite = format === "prometheus" && random.chance(0.05) ? [] : ["+Inf"];
  return [...negative, ...zero, ...positive, ...infinite];
}
