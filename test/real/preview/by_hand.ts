import type { Frame } from "../../../plugin/preview/frame.ts";
import type { RecordedRound } from "./recorded.ts";

/** A value that a run gave, or what a counter had grown by since the run before. */
interface Sample {
  readonly time: number;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly key: string;
  readonly value: number;
}

/** Numbers of widgets, computed from the reports themselves: none of the preview's code has a part in it. */
export class ByHand {
  readonly #samples: readonly Sample[];
  readonly #parts: readonly (readonly [from: number, to: number])[];

  constructor(rounds: readonly RecordedRound[], frame: Frame) {
    this.#parts = frame.times.map((to, i) => [frame.times[i - 1] ?? to - frame.width, to]);
    const totals = new Map<string, number>();
    const samples: Sample[] = [];
    for (const { time, reports } of rounds) {
      for (const { name, type, value, tags } of reports.flatMap(({ report }) => report.metrics)) {
        const key = [...tags].sort().join();
        const before = totals.get(name + key);
        if (type === "monotonic_count") totals.set(name + key, value);
        if (type === "monotonic_count" && (before === undefined || value < before)) continue;
        const named = Object.fromEntries(tags.map((tag) => [tag.split(":", 1)[0], tag.slice(tag.indexOf(":") + 1)]));
        samples.push({
          time,
          name: `${name}`,
          tags: named,
          key,
          value: value - (type === "monotonic_count" ? before ?? 0 : 0),
        });
      }
    }
    const [start = 0] = this.#parts[0] ?? [];
    this.#samples = samples.filter(({ time }) => time > start && time <= frame.now);
  }

  /** Of a metric, those that fit. */
  of(name: string, fits: (tags: Sample["tags"]) => boolean = () => true): Sample[] {
    return this.#samples.filter((sample) => sample.name === `torchserve.${name}` && fits(sample.tags));
  }

  sum(name: string, fits?: (tags: Sample["tags"]) => boolean): number {
    return this.of(name, fits).reduce((sum, { value }) => sum + value, 0);
  }

  /** The sum in each part, `null` where nothing came. */
  sums(name: string): (number | null)[] {
    const all = this.of(name);
    return this.#parts.map(([from, to]) => {
      const inside = all.filter(({ time }) => time > from && time <= to);
      return inside.length === 0 ? null : inside.reduce((sum, { value }) => sum + value, 0);
    });
  }

  /** The mean of what came a second, over the parts in which something came. */
  meanRate(name: string): number {
    const rates = this.sums(name).flatMap((sum, i) => {
      const [from = 0, to = 0] = this.#parts[i] ?? [];
      return sum === null ? [] : [sum / (to - from)];
    });
    return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  }

  /** The sum over the series of the means of what came in the last part. */
  sumOfLastPart(name: string): number {
    const [from = 0, to = 0] = this.#parts.at(-1) ?? [];
    const series = new Map<string, number[]>();
    for (const { key, time, value } of this.of(name)) {
      if (time > from && time <= to) series.set(key, [...series.get(key) ?? [], value]);
    }
    const means = [...series.values()].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    return means.reduce((sum, mean) => sum + mean, 0);
  }

  /** The newest value of each combination of these tags; of several at that time the largest. */
  last(name: string, ...by: readonly string[]): number[] {
    const newest = new Map<string, Sample>();
    for (const sample of this.of(name)) {
      const group = by.map((tag) => sample.tags[tag]).join("\n");
      const known = newest.get(group);
      if (known === undefined || sample.time > known.time || sample.value > known.value) newest.set(group, sample);
    }
    return [...newest.values()].map(({ value }) => value);
  }
}
