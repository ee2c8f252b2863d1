import type { ServiceStatus } from "../report/mod.ts";
import { statusForBatches } from "./exit_status.ts";
import { plainName } from "./exposition/names.ts";
import type { Format, InstanceReport } from "./format.ts";
import { Notes } from "./notes.ts";
import { instanceTags, plainDecimal, prefixesOf } from "./perfdata.ts";
import { type Problem, problemOfCheck, problemsOfRun } from "./problems.ts";
import { counts, RunningTotals } from "./running_totals.ts";
import { tagsWithout } from "./common_tags.ts";
import { wellFormed } from "./tag_pairs.ts";
import { compareStatus, STATUS_WORDS } from "./verdict.ts";

/**
 * Checkmk's local checks (https://docs.checkmk.com/latest/en/localchecks.html): a line for each service, with its
 * metrics. An instance is a service (`TorchServe management`), and so is each model of it (`TorchServe model bert`). Counts
 * are totals.
 */
export const checkmk: Format = {
  purpose: "Local checks of [Checkmk](hosts/checkmk.md): a service for each service check, with metrics.",
  audience: "batches",
  takes: [],
  exitStatus: statusForBatches,
  render: (round, options) => {
    const notes = new Notes();
    const totals = new RunningTotals(round, options, notes);
    const services = new Services(totals, notes);
    const prefixes = prefixesOf(round.reports);
    for (const [i, of] of round.reports.entries()) {
      services.add(of, prefixes[i] ?? "");
      notes.addBuckets(of.report.histogram_buckets);
    }
    return notes.rendered(services.text, totals.state);
  },
};

interface Service {
  status: ServiceStatus;
  readonly problems: Problem[];
  /** By name. */
  readonly metrics: Map<string, number>;
}

const MODEL = "model_name:";

class Services {
  readonly #services = new Map<string, Service>();

  constructor(readonly totals: RunningTotals, readonly notes: Notes) {}

  add({ instance, kind, report }: InstanceReport, prefix: string): void {
    const own = serviceName(`TorchServe ${prefix}${kind ?? instance}`);
    const common = instanceTags(report);
    const serviceOf = (tags: readonly string[]) => {
      const model = tags.find((tag) => tag.startsWith(MODEL))?.slice(MODEL.length);
      return model === undefined ? own : serviceName(`TorchServe ${prefix}model ${model}`);
    };
    this.#service(own);
    for (const problem of problemsOfRun(report)) this.#raise(own, problem);
    for (const check of report.service_checks) {
      const service = serviceOf(check.tags);
      this.#service(service);
      const problem = problemOfCheck(check, report, common);
      if (problem !== undefined) this.#raise(service, problem);
    }
    for (const { name, type, value, tags, hostname } of report.metrics) {
      if (!Number.isFinite(value)) continue;
      const service = serviceOf(tags);
      const metric = metricName(name, tagsWithout(tags, common), hostname);
      const total = counts(type) ? this.totals.of(name, value, type !== "count", () => `${service}|${metric}`) : value;
      if (total === undefined) continue;
      const { metrics } = this.#service(service);
      if (type !== "count" && metrics.has(metric)) {
        this.notes.add("a series stands more than once, and its last value counts", name);
      }
      metrics.set(metric, total);
    }
  }

  get text(): string {
    return [...this.#services].map(([name, { status, problems, metrics }]) => {
      const values = [...metrics].map(([metric, value]) => `${metric}=${plainDecimal(value)}`).join("|");
      const said = problems.sort((a, b) => compareStatus(a.status, b.status)).map(({ status, text }) =>
        `${STATUS_WORDS[status]} ${text}`
      );
      return `${status} "${name}" ${values || "-"} ${said.length === 0 ? "OK" : said.join("\\n")}\n`;
    }).join("");
  }

  #raise(name: string, { status, text }: Problem): void {
    const service = this.#service(name);
    if (compareStatus(status, service.status) < 0) service.status = status;
    service.problems.push({ status, text: statusText(text) });
  }

  #service(name: string): Service {
    let service = this.#services.get(name);
    if (service === undefined) this.#services.set(name, service = { status: 0, problems: [], metrics: new Map() });
    return service;
  }
}

/** `openmetrics_inference_count_default`: the name, and the values of the tags that neither all have nor name the model. */
function metricName(name: string, own: readonly string[], hostname: string | undefined): string {
  const values = own.filter((tag) => !tag.startsWith(MODEL)).map((tag) => tag.slice(tag.indexOf(":") + 1));
  const parts = [name.replace(/^torchserve\./, ""), ...values, hostname ?? ""];
  return plainName(parts.filter((part) => part !== "").join("_"));
}

/** A name as it stands in quotes; names that look alike are one service. */
function serviceName(name: string): string {
  return wellFormed(name).replaceAll('"', "'");
}

/** A text of one line: a backslash could begin the next one, and `|` the metrics of a core that reads it again. */
function statusText(text: string): string {
  return wellFormed(text).replace(/[\\|]/g, "/");
}
