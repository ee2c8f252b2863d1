import type { InstanceReport } from "../formats/mod.ts";
import type { Lookup } from "../http/mod.ts";
import { makeShared, runInstance, type Shared } from "../run/mod.ts";
import { monotonicMs, OutOfTimeError, within } from "../runtime/bounds.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import { processStartSeconds } from "../runtime/process_start.ts";
import { Recent } from "../runtime/recent.ts";
import type { TorchServeApi } from "../torchserve/mod.ts";
import { RefusedTargetError } from "./gate.ts";
import { type KeptEndpoint, KeptTarget } from "./kept_target.ts";
import { withoutTags } from "./report_tags.ts";
import { KINDS, type Module, type Settings } from "./settings.ts";
import { readTarget, type Target } from "./target.ts";

/** Targets, each with one module, that are kept between probes; the one probed longest ago makes room. */
const MAX_TARGETS = 1_024;

/** A probe that is refused since too many are under way. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

/** How a probe went. */
export interface Probed {
  readonly kept: KeptTarget;
  /** One for each endpoint; none where the time was over before the target's name was looked up. */
  readonly results: readonly { readonly api: TorchServeApi; readonly isWell: boolean; readonly of: InstanceReport }[];
  /** Seconds from the request to the last report. */
  readonly seconds: number;
  /** Nothing failed: every endpoint was collected, and none says that its server is unhealthy. */
  readonly isSuccess: boolean;
}

/** What a scrape asks of a probe. */
export interface ProbeRequest {
  readonly timeoutMs: number;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly log: (level: LogLevel, message: string) => void;
}

/** What a {@linkcode Prober} is made with. */
export interface ProberOptions {
  /** The system's resolver. */
  readonly resolve: Lookup;
  /** A proxy of the environment may be on the way. */
  readonly hasProxy: boolean;
}

/** Probes targets by one set of settings, and keeps what the next probe of each can use. */
export class Prober {
  /** Probes that are under way. */
  inFlight = 0;
  readonly #settings: Settings;
  readonly #options: ProberOptions;
  readonly #shared: Shared;
  #isClosing = false;
  /** Targets that are being probed: what is not kept yet is one target all the same. */
  readonly #underWay = new Map<string, KeptTarget>();
  readonly #kept = new Recent<KeptTarget>(MAX_TARGETS);

  private constructor(settings: Settings, options: ProberOptions, shared: Shared) {
    this.#settings = settings;
    this.#options = options;
    this.#shared = shared;
  }

  static async make(settings: Settings, options: ProberOptions): Promise<Prober> {
    return new Prober(settings, options, await makeShared());
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** How many targets are kept. */
  get targets(): number {
    return [...this.#kept.values()].length;
  }

  /**
   * Probes a target once. Whatever becomes of the target is a report.
   *
   * @throws {BadTargetError} for what is no target
   * @throws {RefusedTargetError} for one that is not allowed
   * @throws {BusyError} when too many probes are under way
   * @throws {DOMException} `AbortError`, when the client went away
   */
  async probe(text: string, module: Module, request: ProbeRequest): Promise<Probed> {
    const startMs = monotonicMs();
    const deadlineMs = startMs + request.timeoutMs;
    const target = readTarget(text, module);
    const key = `${module.name} ${target.endpoints.map(({ api, url }) => `${api} ${url}`).join(" ")}`;
    const kept = this.#kept.get(key) ?? this.#underWay.get(key) ?? this.#make(target, module);
    this.#assertNotBusy(kept);
    this.inFlight++;
    kept.inFlight++;
    this.#underWay.set(key, kept);
    try {
      const isAdmitted = await this.#admit(kept, { deadlineMs, signal: request.signal });
      // Only now: targets that are refused make no room of others.
      if (this.#kept.get(key) === undefined) this.#kept.set(key, kept);
      const timeoutMs = Math.max(1, deadlineMs - monotonicMs());
      const results = isAdmitted
        ? await Promise.all(kept.endpoints.map((endpoint) => this.#run(kept, endpoint, { ...request, timeoutMs })))
        : [];
      return {
        kept,
        results,
        seconds: (monotonicMs() - startMs) / 1_000,
        isSuccess: isAdmitted && results.every(({ isWell }) => isWell),
      };
    } finally {
      this.inFlight--;
      kept.inFlight--;
      if (kept.inFlight === 0) this.#underWay.delete(key);
      if (this.#isClosing && this.inFlight === 0) this.#shared.close();
    }
  }

  /** Closes what was kept open for next probes, when the last one that is under way has ended. */
  close(): void {
    this.#isClosing = true;
    if (this.inFlight === 0) this.#shared.close();
  }

  #make(target: Target, module: Module): KeptTarget {
    return new KeptTarget(target, module, {
      allow: this.#settings.allow,
      ofModule: module.targets,
      isProxied: !module.skipsProxies && (module.hasProxy || this.#options.hasProxy),
      resolve: this.#options.resolve,
    }, this.#shared);
  }

  #assertNotBusy({ inFlight }: KeptTarget): void {
    const { probes, probesOfATarget } = this.#settings.limits;
    if (inFlight >= probesOfATarget) {
      throw new BusyError(
        `${inFlight} probes of this target are under way, which is the limit (limits.probes_of_a_target)`,
      );
    }
    if (this.inFlight >= probes) {
      throw new BusyError(`${this.inFlight} probes are under way, which is the limit (limits.probes)`);
    }
  }

  /** @returns `false`: its name was not looked up in time */
  async #admit(
    kept: KeptTarget,
    bounds: { readonly deadlineMs: number; readonly signal: AbortSignal },
  ): Promise<boolean> {
    try {
      await within(kept.admit(), bounds);
      return true;
    } catch (thrown) {
      bounds.signal.throwIfAborted();
      if (thrown instanceof RefusedTargetError || !(thrown instanceof OutOfTimeError)) throw thrown;
      return false;
    }
  }

  async #run(kept: KeptTarget, endpoint: KeptEndpoint, request: ProbeRequest): Promise<Probed["results"][number]> {
    const { api, url, instance, options, text, unwanted } = endpoint;
    const report = await runInstance(instance, {
      ...request,
      instance: options,
      initConfig: undefined,
      text,
      shared: await kept.shared(),
      mayFollow: kept.mayFollow,
      hostStartSeconds: processStartSeconds(),
    });
    const isDown = report.service_checks.some(({ name, status }) => status === 2 && HEALTH.has(name));
    const of = { instance: api, kind: KINDS[api], url, timeMs: Date.now(), report: withoutTags(report, unwanted) };
    return { api, isWell: report.status !== "error" && !isDown, of };
  }
}

/** The service checks that tell whether a server is well. */
const HEALTH = new Set(["openmetrics", "inference_api", "management_api"].map((api) => `torchserve.${api}.health`));
