import { clip } from "../text/mod.ts";
import { Limiter } from "./limiter.ts";
import type { MetricColumns } from "./metric_columns.ts";
import type {
  Code,
  Event,
  Metric,
  Report,
  ReportError,
  ServiceStatus,
  State,
  Stats,
  SubmissionType,
  Warning,
} from "./report.ts";
import { compareStatus } from "./service_status.ts";
import { haveEqualTags, tagFinisher, type TagOptions } from "./tags.ts";

/** The options that act on every submission, whatever the check. */
export interface SubmissionOptions extends TagOptions {
  readonly empty_default_hostname?: boolean;
  /** Most contexts of a run; 0 or absent: no limit. */
  readonly max_returned_metrics?: number | undefined;
}

/** Whether a metric's full name may be submitted (`metric_patterns`). */
export type NameFilter = (name: string) => boolean;

/** A histogram bucket as a transformer hands it over. */
export interface BucketSubmission {
  readonly value: number;
  readonly lowerBound: number;
  readonly upperBound: number;
  /** Whether the value is a total, from which the host derives the growth; default `true`. */
  readonly monotonic?: boolean;
  readonly flushFirstValue: boolean;
}

/** Most names of metadata. */
const MAX_METADATA = 1_000;
/** Most warnings of a report; further ones are counted in a last one. */
const MAX_WARNINGS = 100;
/** Longest text of a warning, error or service check message, in characters. */
const MAX_TEXT = 1_000;

/**
 * Collects what a check submits, with the rules that the Agent's base class applies to every check: values that are
 * not finite are not submitted, tags are finished, `metric_patterns` and `max_returned_metrics` hold.
 */
export class ReportBuilder {
  readonly metrics: Metric[] = [];
  /** Where metrics go instead; not after the end of the run: what was given up may still go on. */
  #columns: MetricColumns | undefined;
  readonly #report: Omit<Report, "metrics" | "metadata" | "status" | "stats">;
  /** Names may come from a target: they are no keys of a plain object before they are whole. */
  readonly #metadata = new Map<string, string>();
  readonly #finish: (tags: readonly string[]) => readonly string[];
  readonly #limiter: Limiter;
  readonly #allowed: NameFilter | undefined;
  /** What a submission without host name says: nothing, or that it has none. */
  readonly #noHost: "" | undefined;
  #hide: ((text: string) => string) | undefined;
  /** Many samples in a row have one name: making it anew for each costs a tenth of a large scrape. */
  #lastName: string | undefined;
  #lastFullName = "";
  #incomplete = false;
  #moreWarnings = 0;
  #moreMetadata = 0;
  /** Samples read so far. */
  samples = 0;
  /** Bytes read from elsewhere than HTTP. */
  bytes = 0;

  /**
   * @param namespace what every name starts with, without the dot
   * @param allowed the filter of `metric_patterns`
   * @param columns take the metrics, of which the report has none then
   */
  constructor(readonly namespace: string, options: SubmissionOptions, allowed?: NameFilter, columns?: MetricColumns) {
    this.#columns = columns;
    this.#report = { histogram_buckets: [], service_checks: [], events: [], warnings: [] };
    this.#finish = tagFinisher(options);
    this.#limiter = new Limiter(options.max_returned_metrics ?? 0);
    this.#noHost = options.empty_default_hostname ? "" : undefined;
    if (allowed !== undefined) this.#allowed = remember(allowed);
  }

  /** Whether nothing was submitted yet. */
  get isEmpty(): boolean {
    const { histogram_buckets, service_checks, events } = this.#report;
    if (this.#columns?.isEmpty === false) return false;
    return this.metrics.length + histogram_buckets.length + service_checks.length + events.length === 0;
  }

  /** Whether metrics go to a host that stays, and asks for values alone the next time. */
  get staysConnected(): boolean {
    return this.#columns !== undefined;
  }

  /** Whether the health check of the instance was submitted. */
  get hasHealth(): boolean {
    return this.#report.service_checks.some((check) => check.name === this.#healthName);
  }

  get #healthName(): string {
    return `${this.namespace}.health`;
  }

  gauge(name: string, value: unknown, tags: readonly string[], hostname?: string): void {
    this.submit("gauge", name, value, tags, hostname);
  }

  /** Submits `namespace.name`. Values that are not finite numbers are passed over, as the Agent does with `None`. */
  submit(
    type: SubmissionType,
    name: string,
    value: unknown,
    tags: readonly string[],
    hostname?: string,
    flushFirstValue?: boolean,
  ): void {
    if (typeof value !== "number" || !Number.isFinite(value)) return;
    const fullName = name === this.#lastName ? this.#lastFullName : this.#fullNameOf(name);
    if (this.#allowed !== undefined && !this.#allowed(fullName)) return;
    const finished = this.#finish(tags);
    const host = hostname || this.#noHost;
    const limiter = this.#limiter;
    if (limiter.limit === 0) {
      // There is nothing to count.
    } else if (type === "gauge" || type === "rate" || type === "monotonic_count") {
      if (!limiter.admit()) return;
    } else if (
      !limiter.admitOnce(`${type}\n${fullName}\n${host ?? ""}\n${[...finished].sort().join("\n")}`)
    ) {
      return;
    }
    if (this.#columns !== undefined) {
      this.#columns.push(type, fullName, value, finished, host, flushFirstValue);
      return;
    }
    if (host === undefined && flushFirstValue !== undefined) {
      // A property that is added later takes memory of its own (bench: scrape "large", one-shot, peak memory).
      this.metrics.push({ name: fullName, type, value, tags: finished, flush_first_value: flushFirstValue });
      return;
    }
    const metric: Metric = { name: fullName, type, value, tags: finished };
    if (host !== undefined) metric.hostname = host;
    if (flushFirstValue !== undefined) metric.flush_first_value = flushFirstValue;
    this.metrics.push(metric);
  }

  #fullNameOf(name: string): string {
    this.#lastName = name;
    return this.#lastFullName = `${this.namespace}.${name}`;
  }

  /** Submits one bucket of a distribution; `metric_patterns` and the limit do not reach these, as in the Agent. */
  bucket(name: string, bucket: BucketSubmission, tags: readonly string[], hostname?: string): void {
    const host = hostname || this.#noHost;
    this.#report.histogram_buckets.push({
      name: `${this.namespace}.${name}`,
      value: Math.trunc(bucket.value),
      lower_bound: bound(bucket.lowerBound),
      upper_bound: bound(bucket.upperBound),
      monotonic: bucket.monotonic ?? true,
      tags: this.#finish(tags),
      ...(host === undefined ? {} : { hostname: host }),
      flush_first_value: bucket.flushFirstValue,
    });
  }

  serviceCheck(
    name: string,
    status: ServiceStatus,
    tags: readonly string[],
    message?: string,
    hostname?: string,
  ): void {
    const host = hostname || this.#noHost;
    this.#report.service_checks.push({
      name: `${this.namespace}.${name}`,
      status,
      tags: this.#finish(tags),
      ...(message ? { message: this.#shown(message) } : {}),
      ...(host === undefined ? {} : { hostname: host }),
    });
  }

  /**
   * Submits the health check of the instance. A target may have a service check of that name: of two with the same tags
   * the worse one counts, as of any two of a page.
   */
  health(status: ServiceStatus, tags: readonly string[], message?: string): void {
    const { service_checks: checks } = this.#report;
    const before = checks.findIndex((check) =>
      check.name === this.#healthName && check.hostname === this.#noHost &&
      haveEqualTags(check.tags, this.#finish(tags))
    );
    if (before !== -1) {
      if (compareStatus(checks[before]!.status, status) < 0) return;
      checks.splice(before, 1);
    }
    this.serviceCheck("health", status, tags, message);
  }

  /** Takes an event as it is, but for its tags. */
  event(event: Event): void {
    this.#report.events.push({ ...event, tags: this.#finish(event.tags) });
  }

  metadata(name: string, value: string): void {
    if (this.#metadata.size < MAX_METADATA || this.#metadata.has(name)) this.#metadata.set(name, value);
    else this.#moreMetadata++;
  }

  /** From now on takes secrets out of every message. */
  hideWith(hide: (text: string) => string): void {
    this.#hide = hide;
  }

  /** Says something that leaves the report whole. */
  warn(code: Code, message: string): void {
    if (this.#report.warnings.length >= MAX_WARNINGS) this.#moreWarnings++;
    else this.#report.warnings.push({ code, message: this.#shown(message) });
  }

  /** Says what is missing: the report is `partial`. */
  missing(code: Code, message: string): void {
    this.#incomplete = true;
    this.warn(code, message);
  }

  /**
   * Closes the report.
   *
   * @param error why nothing of the target was collected
   */
  finish(stats: Omit<Stats, "samples">, state: State | undefined, error?: ReportError): Report {
    this.#columns = undefined;
    this.#sayLimits();
    const { warnings, ...others } = this.#report;
    const status = error !== undefined ? "error" : this.#incomplete ? "partial" : "ok";
    return {
      status,
      metrics: this.metrics,
      ...others,
      metadata: Object.fromEntries(this.#metadata),
      warnings,
      ...(error === undefined ? {} : { error: this.#shownError(error) }),
      ...(state === undefined ? {} : { state }),
      stats: { ...stats, bytes: stats.bytes + this.bytes, samples: this.samples },
    };
  }

  #shown(text: string): string {
    return clip(this.#hide?.(text) ?? text, MAX_TEXT);
  }

  #shownError({ code, message, hint }: ReportError): ReportError {
    return { code, message: this.#shown(message), ...(hint === undefined ? {} : { hint: this.#shown(hint) }) };
  }

  #sayLimits(): void {
    const { limit, seen, dropped } = this.#limiter;
    if (dropped > 0) {
      this.missing("limit", `max_returned_metrics: limit ${limit}, seen ${seen}, dropped ${dropped}`);
    }
    if (this.#moreMetadata > 0) {
      const seen = MAX_METADATA + this.#moreMetadata;
      this.missing("limit", `metadata: limit ${MAX_METADATA}, seen ${seen}, dropped ${this.#moreMetadata}`);
    }
    if (this.#moreWarnings > 0) {
      const last: Warning = { code: "limit", message: `${this.#moreWarnings} more warnings are not shown` };
      this.#report.warnings.push(last);
    }
  }
}

/** JSON has no infinities: they travel as the words `-inf` and `inf`. */
function bound(value: number): number | string {
  return Number.isFinite(value) ? value : value > 0 ? "inf" : "-inf";
}

function remember(filter: NameFilter): NameFilter {
  const known = new Map<string, boolean>();
  return (name) => {
    let allowed = known.get(name);
    if (allowed === undefined) known.set(name, allowed = filter(name));
    return allowed;
  };
}
