import type { ConfigOf, HttpKind, InstanceKind, SampleKind } from "../config/mod.ts";
import type { HttpClient } from "../http/mod.ts";
import type { Insight, ReportBuilder, ReportError, State } from "../report/mod.ts";
import type { Bounds } from "../runtime/bounds.ts";
import type { Scraper } from "../scraper/mod.ts";
import type { Description } from "./management/description_queue.ts";

/** What one run lends to any check; its bounds hold for everything that a check does. */
export interface RunContext extends Bounds {
  /** Receives the submissions. */
  readonly report: ReportBuilder;
  /** What the last run of this instance left; checks read it with care, since a host may hand back anything. */
  readonly state: State | undefined;
  /** The host's name, for events; `""` when unknown. */
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Seconds since the epoch at which the host (or this process, for want of better) started. */
  readonly hostStartSeconds: number;
  /** Takes what people are told besides the report; absent where nobody is. */
  readonly insight?: Insight;
  /** Is told what the management API said of each model. */
  readonly onModels?: OnModels | undefined;
}

/** Receives the descriptions of a crawl, for whoever wants to know more than a report has. */
export type OnModels = (models: readonly Description[]) => void;

/** What one run lends to a check that asks a server. */
export interface CheckContext extends RunContext {
  readonly http: HttpClient;
}

/** What a check that reads samples has besides. */
export interface SampleContext {
  /** What turns samples into submissions; compiled once for all runs of the instance. */
  readonly scraper: () => Promise<Scraper>;
}

/** What a run lends to the check of a kind. */
export type ContextOf<Kind extends InstanceKind> =
  & (Kind extends HttpKind ? CheckContext : RunContext)
  & (Kind extends SampleKind ? SampleContext : unknown);

/** How a check ended; its submissions are in the context's report. */
export interface Outcome {
  /** For the next run; `undefined` where there is nothing to remember. */
  readonly state?: State | undefined;
  /** Why nothing of the target was collected. */
  readonly error?: ReportError;
}

/** A kind of instance: from a validated configuration and a context to submissions. It prints nothing, keeps nothing. */
export type Check<Kind extends InstanceKind> = (
  config: ConfigOf<Kind>,
  context: ContextOf<Kind>,
) => Promise<Outcome>;
