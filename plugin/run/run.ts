import { CHECKS, type OnModels, type Outcome, type RunContext } from "../checks/mod.ts";
import type { ConfigIssue, HttpConfig, ValidConfig } from "../config/mod.ts";
import { createHttpClient, type HttpClient, type HttpRun } from "../http/mod.ts";
import { type Insight, type MetricColumns, type Report, ReportBuilder, type State } from "../report/mod.ts";
import { type Bounds, monotonicMs, OutOfTimeError, within } from "../runtime/bounds.ts";
import { toReportError } from "../torchserve/mod.ts";
import { issueText } from "./config_report.ts";
import { runTime } from "./deadline.ts";
import { NAMESPACES, submitDown } from "./health.ts";
import { Prepared } from "./prepared.ts";
import { Shared } from "./shared.ts";

/** What a host or a person asks of one run. */
export interface RunRequest {
  readonly config: ValidConfig;
  /** What the configuration's validation said besides. */
  readonly issues: readonly ConfigIssue[];
  /** What earlier runs compiled of the configuration. */
  readonly prepared?: Prepared | undefined;
  /** What the runs of a session share; without it nothing outlives the run. */
  readonly shared?: Shared | undefined;
  readonly hostname?: string | undefined;
  readonly state?: State | undefined;
  /** Milliseconds after which the host wants the report. */
  readonly timeoutMs?: number | undefined;
  /** Aborted when the host cancels the run. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds since the epoch. */
  readonly hostStartSeconds: number;
  readonly log?: HttpRun["log"];
  readonly mayFollow?: HttpRun["mayFollow"];
  readonly trace?: HttpRun["trace"];
  /** Is told what the management API said of each model. */
  readonly onModels?: OnModels | undefined;
  /** Take the metrics, of which the report has none then; started, and ended by who gives them. */
  readonly columns?: MetricColumns | undefined;
  /** Takes what people are told besides the report; without it nothing is made for them alone. */
  readonly insight?: Insight | undefined;
  /** When the host's time began to run, on the monotonic clock; now, where nothing is said. */
  readonly startMs?: number | undefined;
}

/** How long a cancelled run may take to close its connections, in milliseconds; they close at once unless something hangs. */
const CANCEL_PATIENCE_MS = 500;

/**
 * Runs one instance once: the one boundary around every check. Whatever happens to the target becomes a report;
 * whatever hangs is given up at the deadline; every outcome that is an error has its health check.
 *
 * @throws {DOMException} `AbortError`, when `signal` was aborted; the run's connections are closed then
 */
export async function runCheck(request: RunRequest): Promise<Report> {
  const { config, signal } = request;
  signal?.throwIfAborted();
  const startMs = request.startMs ?? monotonicMs();
  const prepared = request.prepared ?? new Prepared(config, request.issues);
  const time = runTime(config, request.timeoutMs);
  const bounds: Bounds = { deadlineMs: startMs + time.checkMs, signal };
  const { kind, options } = config;
  const report = new ReportBuilder(NAMESPACES[kind], options, await prepared.nameFilter(), request.columns);
  for (const issue of request.issues) report.warn("config", issueText(issue));
  const run = new Run(request, prepared, report, bounds);
  const given = patience(signal);
  let outcome: Outcome;
  try {
    outcome = await within(run.outcome(), { deadlineMs: startMs + time.abandonMs, signal: given.signal });
  } catch (thrown) {
    if (!(thrown instanceof OutOfTimeError)) throw thrown;
    outcome = abandoned(report, request.state);
  } finally {
    given.end();
    await run.close();
  }
  signal?.throwIfAborted();
  if (outcome.error !== undefined) await submitDown(config, report, outcome.error.message);
  const duration = Math.round((monotonicMs() - startMs) * 1_000) / 1_000;
  return report.finish({ duration_ms: duration, ...run.stats }, outcome.state, outcome.error);
}

/** The work of a run, and what of it must be closed. */
class Run {
  #client: HttpClient | undefined;

  constructor(
    readonly request: RunRequest,
    readonly prepared: Prepared,
    readonly report: ReportBuilder,
    readonly bounds: Bounds,
  ) {}

  get stats(): { requests: number; bytes: number } {
    const { requests = 0, bytes = 0 } = this.#client?.stats ?? {};
    return { requests, bytes };
  }

  /** Everything that may fail, or take time. */
  async outcome(): Promise<Outcome> {
    try {
      return await this.#check();
    } catch (thrown) {
      return { state: this.request.state, error: toReportError(thrown) };
    }
  }

  /** Ends what is in flight. */
  async close(): Promise<void> {
    await this.#client?.close();
  }

  /** Runs the check of the instance's kind; loaded here, since a host that runs one kind does not wait for the others. */
  async #check(): Promise<Outcome> {
    const { request: { config, state, hostname = "", hostStartSeconds, insight }, prepared, report, bounds } = this;
    const context: RunContext = {
      report,
      state,
      hostname: config.options.empty_default_hostname ? "" : hostname,
      now: Date.now,
      ...bounds,
      hostStartSeconds,
      ...(insight && { insight }),
      onModels: this.request.onModels,
    };
    switch (config.kind) {
      case "openmetrics": {
        const http = await this.#http(config);
        return await (await CHECKS.openmetrics())(config, {
          ...context,
          http,
          scraper: () => prepared.scraper(config),
        });
      }
      case "inference": {
        const http = await this.#http(config);
        return await (await CHECKS.inference())(config, { ...context, http });
      }
      case "management": {
        const http = await this.#http(config);
        const checkManagement = await CHECKS.management();
        const crawl = () => checkManagement(config, { ...context, http });
        const { shared } = this.request;
        return await (shared === undefined ? crawl() : shared.bursts.run(crawl));
      }
      case "metrics_log": {
        return await (await CHECKS.metrics_log())(config, { ...context, scraper: () => prepared.scraper(config) });
      }
    }
  }

  /** The client of this run, with TorchServe's key where there is one; loaded only then. */
  async #http(config: HttpConfig): Promise<HttpClient> {
    const { request: { log, mayFollow, trace, shared = new Shared() }, report, bounds } = this;
    const client = await createHttpClient(
      config.options,
      { ...bounds, mayFollow, trace, ...(log && { log }), warn: (code, message) => report.warn(code, message) },
      this.request.shared?.http(),
    );
    this.#client = client;
    if (client.hide !== undefined) report.hideWith((text) => client.hide?.(text) ?? text);
    if (config.kind === "openmetrics" || config.options.token_key_file === undefined) return client;
    const [{ withToken }, keys] = await Promise.all([import("../torchserve/tokens/mod.ts"), shared.keys()]);
    return withToken(client, config, report, keys, bounds);
  }
}

/** The outcome of a check that hung: what it had submitted stays. */
function abandoned(report: ReportBuilder, state: State | undefined): Outcome {
  const message = "the run's deadline was reached while something hung that cannot be ended, such as a file system";
  if (report.isEmpty) {
    return { state, error: { code: "timeout", message, hint: "check the files that this instance's options name" } };
  }
  report.missing("timeout", message);
  return { state };
}

/** A signal that is aborted a while after another one: what was cancelled gets the time to close its connections. */
function patience(signal: AbortSignal | undefined): { readonly signal: AbortSignal | undefined; end(): void } {
  if (signal === undefined) return { signal: undefined, end: () => {} };
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => timer = setTimeout(() => late.abort(), CANCEL_PATIENCE_MS);
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    signal: late.signal,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}
