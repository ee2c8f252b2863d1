import type { MetricFamily, MetricType } from "../openmetrics/mod.ts";
import type { LabelSet, UnreadableLabels } from "./label_set.ts";
import type { Labeller } from "./labels.ts";
import { ADDS_UP, FamilySamples, type FollowedFamily, IS_OWN, SampleColumns } from "./samples.ts";
import { DirectSink, MeetingSink, ServiceChecks } from "./sink.ts";
import type { ScrapeContext, Transformer } from "./transformers/transformer.ts";

/**
 * Most samples of a page that are submitted. The largest targets that we know of have half of them; with each more,
 * the report and what is read of the labels take memory.
 */
const MAX_SAMPLES = 150_000;
/** Most metrics of a page that are submitted: each takes what a hundred samples of one metric take. */
const MAX_FAMILIES = 20_000;
/** Most memory for their label sets, in bytes, as {@linkcode Labeller.made} estimates it. */
const MAX_LABELS = 120 * 1024 * 1024;
/** Most text that a report may have for the tags of these samples, in bytes: they may share few label sets. */
const MAX_TAGS = 512 * 1024 * 1024;

/** Of the buckets that are left out so many are looked at: those of a label set stand near each other. */
const MAX_LOOKED_AT = 1_000;
/** After so many samples it is asked again whether there is room for more labels. */
const STRIDE = 16;
const CREATED = "_created";

/** What happens while samples are chosen. */
export interface PageEvents {
  /** A sample that cannot be submitted. */
  readonly problem: (sample: string, message: string) => void;
  /** Samples whose values are lost, since they had the tags of others after labels were dropped. */
  readonly collision: (family: string, count: number) => void;
}

/**
 * The samples of one page that are to be submitted: finite values, not excluded by their labels, no more than a page may
 * have. They are submitted family by family at the end of the page, when all places of a family are known.
 */
export class Page {
  /** Samples that were left out since there were too many. */
  dropped = 0;
  readonly #labeller: Labeller;
  readonly #events: PageEvents;
  readonly #columns: SampleColumns;
  /** By what they become, in the order of the page. */
  readonly #families = new Map<Transformer, FamilySamples>();
  /** What families become, by type, then by name. */
  readonly #byName = new Map<MetricType, Map<string, Transformer>>();

  #tags = 0;

  /**
   * @param columns for the samples of this page; what a page that failed left there is gone
   * @param isAwaited a further page will come
   */
  constructor(labeller: Labeller, columns: SampleColumns, events: PageEvents, isAwaited: boolean) {
    this.#columns = columns;
    columns.clear();
    this.#labeller = labeller;
    this.#events = events;
    labeller.startPage(isAwaited);
  }

  /** Whether there is no room for further samples: nothing needs to be made for their families. */
  get isFull(): boolean {
    return !this.#hasRoom;
  }

  /** What a family becomes, where another place of it has been seen. */
  planned(name: string, type: MetricType): Transformer | undefined {
    return this.#byName.get(type)?.get(name);
  }

  /**
   * Takes a family, or a further part of it.
   *
   * @param name without `raw_metric_prefix`
   * @returns how many samples were taken
   */
  take(family: MetricFamily | FollowedFamily, name: string, transformer: Transformer): number {
    if (family.length === 0 && (family.skipped?.length ?? 0) === 0) return 0;
    if (!this.#hasRoom) {
      this.#drop(family, 0, this.#families.get(transformer));
      return 0;
    }
    const samples = this.#samplesOf(name, family, transformer);
    const columns = this.#columns;
    const start = columns.length;
    const labels = this.#labeller.of(family);
    const followed = "increment" in family ? family : undefined;
    const { length } = family;
    let lastName = "";
    let flags = 0;
    for (let i = 0; i < length;) {
      if (!this.#hasRoom) {
        this.#drop(family, i, samples);
        break;
      }
      const end = Math.min(length, i + STRIDE, i + MAX_SAMPLES - columns.length);
      for (; i < end; i++) {
        const set = labels.at(i);
        if (set === "excluded") continue;
        const value = family.value(i);
        const name = family.sampleName(i);
        if (name !== lastName) {
          lastName = name;
          flags = flagsOf(name, family, transformer);
        }
        if (
          set.tags === undefined || set.problem !== undefined || !Number.isFinite(value) ||
          (set.bound === undefined && isBucket(name, family))
        ) {
          this.#leaveOut(family, i, set, samples);
          continue;
        }
        if (samples.lost === undefined) samples.lost = set.lost;
        else if (set.lost !== samples.lost) samples.mayMeet = true;
        this.#tags += set.size;
        columns.push(name, value, flags, set);
        if (followed !== undefined) columns.pushIncrement(followed.increment(i));
      }
    }
    labels.end();
    samples.add(start);
    this.#noteSkipped(family, samples);
    return columns.length - start;
  }

  /** Submits all families, each where the page has it first. */
  submit(direct: DirectSink, context: Omit<ScrapeContext, "sink" | "serviceCheck">, tags: readonly string[]): void {
    const checks = new ServiceChecks();
    const serviceCheck: ScrapeContext["serviceCheck"] = (name, status, hostname) => checks.add(name, status, hostname);
    const plain = { ...context, sink: direct, serviceCheck };
    // What is submitted is let go: a page may have thousands of families, whose metrics take their memory.
    this.#byName.clear();
    for (const [transformer, samples] of this.#families) {
      this.#families.delete(transformer);
      samples.gather();
      if (!samples.mayMeet) {
        transformer(samples, plain);
        continue;
      }
      const sink = new MeetingSink(direct);
      transformer(samples, { ...context, sink, serviceCheck });
      sink.flush();
      if (sink.replaced > 0) this.#events.collision(samples.name, sink.replaced);
    }
    checks.submit(direct.report, tags);
  }

  /** What the limit says of the samples that were left out. */
  get limit(): string {
    const seen = this.#columns.length + this.dropped;
    return `limit ${MAX_SAMPLES} samples of a page (${MAX_FAMILIES} metrics), fewer if their labels are long: ` +
      `seen ${seen}, dropped ${this.dropped}`;
  }

  get #hasRoom(): boolean {
    return this.#columns.length < MAX_SAMPLES && this.#families.size <= MAX_FAMILIES &&
      this.#labeller.made < MAX_LABELS && this.#tags < MAX_TAGS;
  }

  #samplesOf(name: string, { type }: MetricFamily, transformer: Transformer): FamilySamples {
    let byName = this.#byName.get(type);
    if (byName === undefined) this.#byName.set(type, byName = new Map());
    byName.set(name, transformer);
    let samples = this.#families.get(transformer);
    if (samples === undefined) this.#families.set(transformer, samples = new FamilySamples(name, this.#columns));
    return samples;
  }

  /** Notes what the loss of a sample means: a histogram without one of its buckets, labels that say nothing. */
  #leaveOut(family: MetricFamily, index: number, set: LabelSet | UnreadableLabels, samples: FamilySamples): void {
    const name = family.sampleName(index);
    const isOfHistogram = isBucket(name, family);
    if (isOfHistogram && (set.bound === undefined || !Number.isFinite(family.value(index)))) {
      samples.damage(this.#labeller.seriesOf(family.labels(index)));
    }
    const problem = set.problem ??
      (isOfHistogram && set.bound === undefined ? "a bucket without the label le" : undefined);
    if (problem !== undefined) this.#events.problem(name, problem);
  }

  /** Leaves out the samples of a family from `start` on. Label sets that then lack a bucket below others have no ranges. */
  #drop(family: MetricFamily, start: number, samples: FamilySamples | undefined): void {
    this.dropped += family.length - start;
    if (samples === undefined || family.type !== "histogram") return;
    const highest = new Map<number, number>();
    for (const { bound } of this.#columns.sets) {
      if (bound !== undefined) highest.set(bound.series, Math.max(bound.value, highest.get(bound.series) ?? -Infinity));
    }
    for (let i = start; i < Math.min(family.length, start + MAX_LOOKED_AT); i++) {
      if (!isBucket(family.sampleName(i), family)) continue;
      const set = this.#labeller.read(family.labels(i), family.type);
      if (set === "excluded" || set.tags === undefined || set.bound === undefined) continue;
      const { series, value } = set.bound;
      if (value < (highest.get(series) ?? -Infinity)) samples.damage(series);
    }
  }

  /** The buckets that the text was to have and that cannot be read. */
  #noteSkipped(family: MetricFamily, samples: FamilySamples): void {
    if (family.type !== "histogram") return;
    for (const { name, labels } of family.skipped ?? []) {
      // Of a line whose name is not known it is the family's.
      if (!name.endsWith("_bucket") && name !== family.name) continue;
      samples.damage(labels === undefined ? undefined : this.#labeller.seriesOf(labels));
    }
  }
}

/** Whether samples of this name are the buckets of a histogram. */
function isBucket(sampleName: string, { type }: MetricFamily): boolean {
  return type === "histogram" && sampleName.endsWith("_bucket");
}

/** What a sample of this name is to its family. */
function flagsOf(sampleName: string, family: MetricFamily, { counts }: Transformer): number {
  const addsUp = counts === true ? !isCreated(sampleName, family.name) : addsUpByType(family.type, sampleName);
  return (sampleName === family.name ? IS_OWN : 0) | (addsUp ? ADDS_UP : 0);
}

/** Whether a sample is the time at which a counter started. */
function isCreated(sample: string, family: string): boolean {
  return sample.endsWith(CREATED) && sample.length === family.length + CREATED.length;
}

/** Whether samples of this name count something. */
function addsUpByType(type: MetricType, sampleName: string): boolean {
  switch (type) {
    case "counter":
      return !sampleName.endsWith(CREATED);
    case "histogram":
      return true;
    case "summary":
      return sampleName.endsWith("_sum") || sampleName.endsWith("_count");
    default:
      return false;
  }
}
