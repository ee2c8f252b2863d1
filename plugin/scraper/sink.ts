import { type ReportBuilder, type ServiceStatus, type SubmissionType, worstStatus } from "../report/mod.ts";
import type { Range } from "./decumulate.ts";
import type { LabelSet } from "./label_set.ts";

/** Receives what the samples of a family become. */
export interface Sink {
  /**
   * @param set of the sample's labels
   * @param addsUp whether it counts
   * @param tags instead of the set's
   */
  submit(
    type: SubmissionType,
    name: string,
    value: number,
    set: LabelSet,
    addsUp: boolean,
    tags?: readonly string[],
  ): void;

  /**
   * Takes a range of a histogram's.
   *
   * @param monotonic whether its value is a total, from which the host derives the growth
   */
  bucket(name: string, range: Range, monotonic: boolean, set: LabelSet, tags: readonly string[]): void;
}

/** Hands everything to a report as it comes: for families of which no two samples can meet in one context. */
export class DirectSink implements Sink {
  constructor(readonly report: ReportBuilder, readonly flushFirstValue: boolean) {}

  submit(
    type: SubmissionType,
    name: string,
    value: number,
    set: LabelSet,
    _addsUp: boolean,
    tags = set.tags,
  ): void {
    const flush = type === "monotonic_count" ? this.flushFirstValue : undefined;
    this.report.submit(type, name, value, tags, set.hostname, flush);
  }

  bucket(
    name: string,
    { value, lowerBound, upperBound }: Range,
    monotonic: boolean,
    set: LabelSet,
    tags: readonly string[],
  ): void {
    const { flushFirstValue } = this;
    this.report.bucket(name, { value, lowerBound, upperBound, monotonic, flushFirstValue }, tags, set.hostname);
  }
}

/** What the samples of one context become together. */
class Context {
  /** By what the tags do not tell, once there are two: a sample that the target repeats counts once. */
  #values: Map<string, number> | undefined;

  /** @param range of a histogram; else it is a metric */
  constructor(
    public value: number,
    readonly type: SubmissionType,
    readonly name: string,
    readonly range: Range | undefined,
    readonly set: LabelSet,
    readonly addsUp: boolean,
    readonly tags: readonly string[],
  ) {}

  /** @returns whether the value of another sample was lost */
  meet(value: number, lost: string): boolean {
    this.#values ??= new Map([[this.set.lost, this.value]]);
    const before = this.#values.get(lost);
    this.#values.set(lost, value);
    if (!this.addsUp) this.value = value;
    else if (before === undefined) this.value += value;
    else if (value !== before) this.value += value - before;
    return !this.addsUp && before === undefined;
  }

  submit(sink: Sink): void {
    const { value, type, name, range, set, addsUp, tags } = this;
    if (range === undefined) sink.submit(type, name, value, set, addsUp, tags);
    else sink.bucket(name, { ...range, value }, type === "monotonic_count", set, tags);
  }
}

/**
 * Puts samples of a family together that have the same name, tags and host name because of labels that were dropped:
 * what counts adds up, of others the last one is left. Submits at {@linkcode MeetingSink.flush}.
 */
export class MeetingSink implements Sink {
  /** Samples whose values are lost. */
  replaced = 0;
  readonly #contexts = new Map<string, Context>();

  constructor(readonly sink: Sink) {}

  submit(
    type: SubmissionType,
    name: string,
    value: number,
    set: LabelSet,
    addsUp: boolean,
    tags = set.tags,
  ): void {
    const key = contextKey(`${type}\n${name}`, set, tags);
    if (!this.#meets(key, value, set)) {
      this.#contexts.set(key, new Context(value, type, name, undefined, set, addsUp, tags));
    }
  }

  bucket(name: string, range: Range, monotonic: boolean, set: LabelSet, tags: readonly string[]): void {
    const key = contextKey(`${name}\n${range.lowerBound}\n${range.upperBound}`, set, tags);
    if (this.#meets(key, range.value, set)) return;
    const type = monotonic ? "monotonic_count" : "count";
    this.#contexts.set(key, new Context(range.value, type, name, range, set, true, tags));
  }

  /** Submits what came together. */
  flush(): void {
    for (const context of this.#contexts.values()) context.submit(this.sink);
    this.#contexts.clear();
  }

  #meets(key: string, value: number, { lost }: LabelSet): boolean {
    const context = this.#contexts.get(key);
    if (context?.meet(value, lost) === true) this.replaced++;
    return context !== undefined;
  }
}

function contextKey(what: string, { hostname = "" }: LabelSet, tags: readonly string[]): string {
  return `${what}\n${hostname}\n${[...tags].sort().join("\n")}`;
}

/** The service checks of a page. Those of one name and host have the same tags: the worst one is submitted. */
export class ServiceChecks {
  readonly #checks = new Map<string, { name: string; status: ServiceStatus; hostname: string | undefined }>();

  add(name: string, status: ServiceStatus, hostname: string | undefined): void {
    const check = this.#checks.get(`${name}\n${hostname ?? ""}`);
    if (check === undefined) this.#checks.set(`${name}\n${hostname ?? ""}`, { name, status, hostname });
    else check.status = worstStatus([status, check.status]);
  }

  submit(report: ReportBuilder, tags: readonly string[]): void {
    for (const { name, status, hostname } of this.#checks.values()) {
      report.serviceCheck(name, status, tags, undefined, hostname);
    }
  }
}
