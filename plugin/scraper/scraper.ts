import { formatOf, type MetricFamily, type MetricType, parse } from "../openmetrics/mod.ts";
import type { Pattern } from "../patterns/mod.ts";
import type { ReportBuilder, State } from "../report/mod.ts";
import { exposedName } from "./exposed_names.ts";
import type { Labeller } from "./labels.ts";
import { filterLines } from "./line_filter.ts";
import { type MetricMapping, NATIVE } from "./mapping.ts";
import { Page } from "./page.ts";
import { linesOf } from "./payload.ts";
import { Problems } from "./problems.ts";
import { readScraperState, type ScraperState } from "./scraper_state.ts";
import { type FollowedFamily, SampleColumns } from "./samples.ts";
import type { LabelSharing, SharedLabelState } from "./share_labels.ts";
import { DirectSink } from "./sink.ts";
import { Telemetry } from "./telemetry.ts";

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
  /** The scraper's own: it may change. */
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
  /** Told each family that the options do not exclude, for whoever explains what is not collected. */
  readonly onFamily?: FamilyWatcher | undefined;
}

/**
 * @param name without `raw_metric_prefix`, as the options name it
 * @param exposed the name that its samples have, where that is another one
 */
export type FamilyWatcher = (name: string, type: MetricType, isCollected: boolean, exposed?: string) => void;

/**
 * What a page holds: samples; descriptions (`HELP`, `TYPE`) alone; nothing; or lines of which none can be read as a
 * sample.
 */
export type PageContent = "samples" | "descriptions" | "nothing" | "unreadable";

/** How a scrape ended. */
export interface ScrapeResult {
  readonly content: PageContent;
  /** Samples in the payload. */
  readonly samples: number;
  /** Lines that were skipped, with the first few. */
  readonly problems: number;
  readonly firstProblems: readonly string[];
  /** The time was up before the payload's end. */
  readonly stopped: boolean;
  readonly state: ScraperState;
}

/** The exposed name of the metric with the labels of the target itself. */
const TARGET_INFO = "target_info";
/** The longest line that is read, in bytes: the labels of a sample take fifty times their text in memory. */
const MAX_LINE = 1024 * 1024;

/** Goes through all families, until it is told `false`; `quiet`: problems have been, or will be, reported. */
type Reader = (
  onFamily: (family: MetricFamily, name: string) => boolean,
  quiet: boolean,
) => { readonly families: number; readonly samples: number; readonly problems: number; readonly stopped: boolean };

/** What became of the families that were read. */
type Submitted = Omit<ScrapeResult, "content"> & { readonly families: number };

/**
 * From an exposition to submissions, with the options and the behaviour of the Agent's OpenMetrics V2 base check
 * (datadog-checks-base 38.7.0, `openmetrics/v2/scraper/base_scraper.py`).
 *
 * A scraper may be used for many scrapes; what one scrape must know of the last is in the state.
 */
export class Scraper {
  readonly #parts: ScraperParts;
  readonly #columns = new SampleColumns();
  #lastState: ScraperState | undefined;
  /** The shared labels that the labeller's memory was made with. */
  #lastShared: SharedLabelState | undefined;

  constructor(parts: ScraperParts) {
    this.#parts = parts;
  }

  get staticTags(): readonly string[] {
    return this.#parts.staticTags;
  }

  /** What an earlier run left; one that this scraper made needs no second look. */
  readState(state: State | undefined): ScraperState | undefined {
    return state !== undefined && state === this.#lastState ? this.#lastState : readScraperState(state);
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
        maxLineLength: MAX_LINE,
        ...(quiet ? {} : { onProblem: ({ message }) => problems.show(message) }),
      }, (family) => onFamily(family, this.#nameOf(family.name)));
    const result = this.#submit(read, counts, problems, run);
    return { ...result, content: contentOf(result, payload, counts.filteredLines) };
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
        if (!onFamily(family, this.#nameOf(family.name))) {
          return { families: families.length, samples, problems: 0, stopped: true };
        }
      }
      return { families: families.length, samples, problems: 0, stopped: false };
    };
    return { ...this.#submit(read, counts, new Problems(), run), content: "samples" };
  }

  /**
   * The type that the options give the metrics of an exposed name, `native` where they leave it to the source;
   * `undefined` where the options do not ask for such metrics.
   */
  typeOf(exposed: string): string | undefined {
    const { mapping, sharing } = this.#parts;
    const name = this.#nameOf(exposed);
    const base = name.replace(/_total$/, "");
    if ([name, base, `${base}_total`].some((each) => sharing?.isSource(each))) return mapping.typeOf(name) ?? NATIVE;
    // Whether this is a counter may follow from the type; what its other name excludes is left out with its family.
    return this.#isExcludedName(name) ? undefined : mapping.typeOf(name);
  }

  #telemetry({ report }: ScrapeRun): Telemetry {
    return new Telemetry(this.#parts.telemetry ? report : undefined, this.#parts.staticTags);
  }

  #submit(read: Reader, counts: Telemetry, problems: Problems, run: ScrapeRun): Submitted {
    const { labeller, mapping, sharing, staticTags } = this.#parts;
    this.#collectSharedLabels(run.state, read);
    const flushFirstValue = this.#flushFirstValue(run, read);
    const { report } = run;
    const problem = (sample: string, message: string) => problems.add(`${sample}: ${message}`);
    const page = new Page(labeller, this.#columns, {
      problem,
      collision: (family, count) =>
        report.warn(
          "parse",
          `${family}: ${count} samples had the tags of others after labels were dropped; the last one counts`,
        ),
    }, report.staysConnected);
    const result = read((family, name) => {
      counts.read(family.length);
      const before = page.planned(name, family.type);
      if (before === undefined && this.#isExcluded(name, family.type)) {
        counts.ignored(family.length);
        return !run.expired();
      }
      if (before === undefined && page.isFull) {
        if (mapping.has(name, family.type)) page.dropped += family.length;
        return !run.expired();
      }
      const transformer = before ?? mapping.get(name, family.type);
      run.onFamily?.(name, family.type, transformer !== undefined, exposedName(name, family.type));
      if (transformer !== undefined) counts.processed(page.take(family, name, transformer));
      return !run.expired();
    }, false);
    const metadata = (name: string, value: string) => report.metadata(name, value);
    page.submit(new DirectSink(report, flushFirstValue), { metadata, nowMs: run.nowMs, problem }, staticTags);
    if (page.dropped > 0) report.missing("limit", page.limit);
    this.#columns.clear();
    if (sharing !== undefined && sharing.dropped > 0) report.missing("limit", sharing.limit);
    counts.submit();
    return {
      ...result,
      problems: result.problems + problems.count,
      firstProblems: problems.first,
      state: this.#nextState(),
    };
  }

  #nextState(): ScraperState {
    const shared = this.#parts.sharing?.state;
    this.#lastShared = shared;
    return this.#lastState = { version: 1, flush: true, ...(shared === undefined ? {} : { shared }) };
  }

  #nameOf(name: string): string {
    const prefix = this.#parts.rawMetricPrefix;
    return prefix !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  /** Whether `exclude_metrics` names a family, by its own name or by the one that the page shows. */
  #isExcluded(name: string, type: MetricType): boolean {
    const exposed = exposedName(name, type);
    return this.#isExcludedName(name) || (exposed !== undefined && this.#isExcludedName(exposed));
  }

  #isExcludedName(name: string): boolean {
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
      if ((exposedName(name, family.type) ?? name) !== TARGET_INFO && name !== TARGET_INFO) return true;
      // In the text format a TYPE of "target" announces no samples of that name.
      if (family.length === 0) return true;
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

  #filterLines(body: Uint8Array, counts: Telemetry): Uint8Array {
    const filter = this.#parts.lineFilter;
    return filter === undefined ? body : filterLines(body, filter, () => counts.filteredLine());
  }
}

/** @param filteredLines lines that were taken from the payload: what is left of a page may be little */
function contentOf(
  { families, samples, problems, stopped }: Submitted,
  payload: Uint8Array,
  filteredLines: number,
): PageContent {
  if (samples > 0 || stopped) return "samples";
  const { isBlank, hasSamples } = linesOf(payload);
  if (hasSamples) return "unreadable";
  if (families > 0 || filteredLines > 0) return "descriptions";
  // A server in log mode that is asked for OpenMetrics answers `# EOF` alone.
  return isBlank || problems === 0 ? "nothing" : "unreadable";
}
