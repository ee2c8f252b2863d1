import process from "node:process";
import type { Family } from "../formats/mod.ts";
import { processStartSeconds } from "../runtime/process_start.ts";
import { VERSION } from "../version.ts";

/** Why a probe was not made. A closed list: nothing that a client sends becomes a label. */
export type Refusal = "target" | "module" | "busy" | "parameter";

const REFUSALS: readonly Refusal[] = ["target", "module", "busy", "parameter"];
/** Upper bounds of the durations that are counted, in seconds. */
const BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, Infinity];

/** What an exporter counts of itself. */
export class OwnMetrics {
  readonly #refused = new Map<Refusal, number>(REFUSALS.map((reason) => [reason, 0]));
  readonly #probes = new Map<string, number>();
  readonly #durations = BOUNDS.map(() => 0);
  #seconds = 0;
  /** Whether the last reading of the exporter's file, and of the web configuration, went well. */
  configIsGood = true;
  configReadSeconds = Date.now() / 1_000;
  webConfigIsGood = true;

  refused(reason: Refusal): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  /** @param module a name of the configuration */
  probed(module: string, isSuccess: boolean, seconds: number): void {
    const labels = `module="${module}",result="${isSuccess ? "success" : "failure"}"`;
    this.#probes.set(labels, (this.#probes.get(labels) ?? 0) + 1);
    this.#seconds += seconds;
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    this.#durations[bucket] = (this.#durations[bucket] ?? 0) + 1;
  }

  families(now: { readonly inFlight: number; readonly targets: number }): readonly Family[] {
    const prefix = "torchserve_exporter_";
    const family = (
      type: "counter" | "gauge",
      name: string,
      help: string,
      samples: number | Iterable<readonly [string, number]>,
    ): Family => ({ type, name, help, samples: new Map(typeof samples === "number" ? [["", samples]] : samples) });
    const { user, system } = process.cpuUsage();
    let below = 0;
    const buckets = BOUNDS.map((bound, i) => [bound, below += this.#durations[i] ?? 0] as const);
    const runtime = process.versions.bun === undefined ? "deno" : "bun";
    const families: readonly Family[] = [
      family("gauge", `${prefix}build_info`, "1, with what this program is", [
        [`runtime="${runtime}",version="${VERSION}"`, 1],
      ]),
      family("counter", `${prefix}probes`, "Probes that were made", [...this.#probes].sort()),
      family(
        "counter",
        `${prefix}probes_refused`,
        "Probes that were not made: their target is not allowed, their module unknown, too many under way, or a parameter wrong",
        [...this.#refused].map(([reason, count]) => [`reason="${reason}"`, count]),
      ),
      family("gauge", `${prefix}probes_in_flight`, "Probes that are under way", now.inFlight),
      family(
        "gauge",
        `${prefix}targets_kept`,
        "Targets, each with one module, of which something is kept",
        now.targets,
      ),
      {
        type: "histogram",
        name: `${prefix}probe_duration_seconds`,
        help: "How long probes took",
        samples: new Map([["", { buckets, sum: this.#seconds }]]),
      },
      family(
        "gauge",
        `${prefix}config_last_reload_successful`,
        "Whether the configuration was read without error the last time",
        Number(this.configIsGood),
      ),
      family(
        "gauge",
        `${prefix}config_last_reload_success_timestamp_seconds`,
        "When the configuration that is in use was read",
        this.configReadSeconds,
      ),
      family(
        "gauge",
        `${prefix}web_config_last_reload_successful`,
        "Whether the web configuration was read without error the last time",
        Number(this.webConfigIsGood),
      ),
      family("counter", "process_cpu_seconds", "User and system CPU time", (user + system) / 1e6),
      family("gauge", "process_resident_memory_bytes", "Resident memory", process.memoryUsage().rss),
      family("gauge", "process_start_time_seconds", "When the process started, since the epoch", processStartSeconds()),
    ];
    return families.filter(({ samples }) => samples.size > 0);
  }
}
