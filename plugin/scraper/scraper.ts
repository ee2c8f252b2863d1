import { formatOf, type MetricFamily, parse } from "../openmetrics/mod.ts";
import type { Pattern } from "../patterns/mod.ts";
import type { ReportBuilder } from "../report/mod.ts";
import type { Labeller } from "./labels.ts";
import { type MetricMapping, NATIVE, type NativeTypes } from "./mapping.ts";
import { readNativeTypes, type ScraperState, writeNativeTypes, writeScraperState } from "./scraper_state.ts";
import { FamilySamples, type FollowedFamily } from "./samples.ts";
import type { LabelSharing, SharedLabelState } from "./share_labels.ts";
import { Telemetry } from "./telemetry.ts";
import type { ScrapeContext } from "./transformers/transformer.ts";

/** What a scraper is made of: an instance's options, compiled. */
export interface ScraperParts {
  readonly mapping: MetricMapping;
  readonly labeller: Labeller;
  readonly sharing: LabelSharing | undefined;
  /** Tags of the instance, `endpoint` included. */
  readonly staticTags: readonly string[];
  readonly rawMetricPrefix: string;
  readonly lineFilter: Pattern | undefined;
  readonly excludeNames: ReadonlySet<string>;
  readonly excludePattern: Pattern | undefined;
  readonly telemetry: boolean;
  readonly useLatestSpec: boolean;
  readonly strict: boolean;
  readonly useProcessStartTime: boolean;
}

/** One answer of the target. */
export interface Exposition {
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  /** What the answer's `Content-Length` said, in bytes. */
  readonly contentLength: number | undefined;
}

/** What a scrape needs of its run. */
export interface ScrapeRun {
  readonly report: ReportBuilder;
  readonly state: ScraperState | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Seconds since the epoch at which the host started, for `use_process_start_time`. */
  readonly hostStartSeconds: number;
  /** Whether the run's time is up; asked now and then. */
  readonly expired: () => boolean;
}

/** How a scrape ended. */
export interface ScrapeResult {
  /** Samples in the payload. */
  readonly samples: number;
  /** Lines that were skipped, with the first few. */
  readonly problems: number;
  readonly firstProblems: readonly string[];
  /** The time was up before the payload's end. */
  readonly stopped: boolean;
  readonly state: ScraperState;
}

/** Most problems that are shown one by one. */
const SHOWN_PROBLEMS = 3;

/** What was skipped: how much, and the first few. */
class Problems {
  count = 0;
  readonly first: string[] = [];

  add(text: string): void {
    this.count++;
    if (this.first.length < SHOWN_PROBLEMS) this.first.push(text);
  }
}

/** Goes through all families, until it is told `false`; `quiet`: problems have been, or will be, reported. */
type Reader = (
  onFamily: (family: MetricFamily, name: string) => boolean,
  quiet: boolean,
) => { readonly samples: number; readonly stopped: boolean };

/**
 * From an exposition to submissions, with the options and the behaviour of the Agent's OpenMetrics V2 base check
 * (datadog-checks-base 38.7.0, `openmetrics/v2/scraper/base_scraper.py`).
 *
 * A scraper may be used for many scrapes; what one scrape must know of the last is in the state.
 */
export class Scraper {
  readonly #parts: ScraperParts;
  readonly #samples = new FamilySamples();
  /** The shared labels that the labeller's memory was made with. */
  #lastShared: SharedLabelState | undefined;

  constructor(parts: ScraperParts) {
    this.#parts = parts;
  }

  get staticTags(): readonly string[] {
    return this.#parts.staticTags;
  }

  /**
   * Reads an exposition and submits it.
   *
   * @throws {OpenMetricsSyntaxError} with `strict_parsing`, at the first line that the format does not allow; the run
   *   has failed then, and counters start anew
   */
  scrape(exposition: Exposition, run: ScrapeRun): ScrapeResult {
    const counts = this.#telemetry(run);
    counts.payload(exposition.contentLength ?? exposition.body.length);
    const payload = this.#filterLines(exposition.body, counts);
    const format = formatOf(exposition.contentType, this.#parts.useLatestSpec);
    const problems = new Problems();
    const read: Reader = (onFamily, quiet) =>
      parse(payload, {
        format,
        strict: this.#parts.strict,
        ...(quiet ? {} : { onProblem: ({ message }) => problems.add(message) }),
      }, (family) => onFamily(family, this.#nameOf(family.name)));
    return this.#submit(read, counts, problems, run);
  }

  /**
   * Submits families that were gathered in another way than from an exposition.
   *
   * @param bytes how many were read for them
   */
  submit(families: readonly FollowedFamily[], bytes: number, run: ScrapeRun): ScrapeResult {
    const counts = this.#telemetry(run);
    counts.payload(bytes);
    const read: Reader = (onFamily) => {
      let samples = 0;
      for (const family of families) {
        samples += family.length;
        if (!onFamily(family, this.#nameOf(family.name))) return { samples, stopped: true };
      }
      return { samples, stopped: false };
    };
    return this.#submit(read, counts, new Problems(), run);
  }

  /**
   * The type that the options give the metrics of an exposed name, `native` where they leave it to the source;
   * `undefined` where the options do not ask for such metrics.
   */
  typeOf(exposedName: string): string | undefined {
    const { mapping, sharing } = this.#parts;
    const name = this.#nameOf(exposedName);
    // A counter's family has no `_total`, and whether this is a counter may follow from the type.
    const names = [name, name.replace(/_total$/, "")];
    if (names.some((each) => sharing?.reads(each))) return mapping.typeOf(name) ?? NATIVE;
    return names.every((each) => this.#excluded(each)) ? undefined : mapping.typeOf(name);
  }

  #telemetry({ report }: ScrapeRun): Telemetry {
    return new Telemetry(this.#parts.telemetry ? report : undefined, this.#parts.staticTags);
  }

  #submit(read: Reader, counts: Telemetry, problems: Problems, run: ScrapeRun): ScrapeResult {
    const { labeller } = this.#parts;
    this.#collectSharedLabels(run.state, read);
    const nativeTypes = readNativeTypes(run.state?.native_types);
    const flushFirstValue = this.#flushFirstValue(run, read);
    const context: ScrapeContext = {
      report: run.report,
      staticTags: this.#parts.staticTags,
      flushFirstValue,
      nowMs: run.nowMs,
      problem: (sample, message) => problems.add(`${sample}: ${message}`),
    };
    const events = {
      problem: context.problem,
      collision: (family: string, count: number) =>
        run.report.warn(
          "parse",
          `${family}: ${count} samples had the tags of others after labels were dropped; the last one counts`,
        ),
    };
    const result = read((family, name) => {
      counts.read(family.length);
      if (this.#excluded(name)) {
        counts.ignored(family.length);
        return !run.expired();
      }
      const transformer = this.#parts.mapping.get(family, name, nativeTypes);
      if (transformer !== undefined) {
        this.#samples.take(family, labeller, events, transformer.counts === true);
        counts.processed(this.#samples.taken);
        transformer(this.#samples, context);
      }
      return !run.expired();
    }, false);
    counts.submit();
    return {
      samples: result.samples,
      problems: problems.count,
      firstProblems: problems.first,
      stopped: result.stopped,
      state: this.#nextState(nativeTypes),
    };
  }

  #nextState(nativeTypes: NativeTypes): ScraperState {
    const shared = this.#parts.sharing?.state;
    this.#lastShared = shared;
    return writeScraperState({
      version: 1,
      flush: true,
      native_types: writeNativeTypes(nativeTypes),
      ...(shared === undefined ? {} : { shared }),
    });
  }

  #nameOf(name: string): string {
    const prefix = this.#parts.rawMetricPrefix;
    return prefix !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  #excluded(name: string): boolean {
    return this.#parts.excludeNames.has(name) || this.#parts.excludePattern?.matches(name) === true;
  }

  /** Brings the shared labels up to date before any sample is submitted. */
  #collectSharedLabels(
    state: ScraperState | undefined,
    read: Reader,
  ): void {
    const { sharing, labeller } = this.#parts;
    if (sharing === undefined) return;
    if (state?.shared === undefined || state.shared !== this.#lastShared) {
      if (state?.shared !== undefined) sharing.restore(state.shared);
      labeller.forget();
    }
    if (state?.shared === undefined || !sharing.cached) {
      read(sharing.collect(), true);
      labeller.forget();
    }
    if (!sharing.readsTarget) return;
    read((family, name) => {
      if (name !== "target_info") return true;
      if (sharing.takeTarget(family)) labeller.forget();
      return false;
    }, true);
  }

  /**
   * Whether counters count from zero: after a first good scrape always; at the very first one only when
   * `use_process_start_time` is set and the target started after the host.
   */
  #flushFirstValue(
    run: ScrapeRun,
    read: Reader,
  ): boolean {
    const before = run.state?.flush;
    if (before !== undefined || !this.#parts.useProcessStartTime) return before ?? false;
    let started = Infinity;
    read((family, name) => {
      if (name === "process_start_time_seconds") {
        for (let i = 0; i < family.length; i++) started = Math.min(started, family.value(i));
      }
      return true;
    }, true);
    return Number.isFinite(started) && started > run.hostStartSeconds;
  }

  #filterLines(body: Uint8Array, counts: Telemetry): Uint8Array | string {
    const filter = this.#parts.lineFilter;
    if (filter === undefined) return body;
    const kept: string[] = [];
    const lines = new TextDecoder().decode(body).split(/\r?\n/);
    // What follows the last line feed is no line unless there is something.
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) {
      if (filter.matches(line)) counts.filteredLine();
      else kept.push(line);
    }
    return kept.map((line) => `${line}\n`).join("");
  }
}
