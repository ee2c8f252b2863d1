import type { CatalogueEntry } from "../catalogue/mod.ts";
import type { Metric, Report, ServiceCheck } from "../report/mod.ts";
import { oneLine } from "../text/mod.ts";
import type { InstanceReport } from "./format.ts";
import { counts, type RunningTotals } from "./running_totals.ts";
import { commonTags, tagsWithout } from "./common_tags.ts";
import { wellFormed } from "./tag_pairs.ts";
import { serviceStatus, worstStatus } from "./verdict.ts";

/** What of a round becomes performance data. */
export interface PerfdataChoice {
  /** Names of metrics and service checks, all with their own labels; `undefined`: of each model what matters first. */
  readonly names: ((name: string) => boolean) | undefined;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly totals: RunningTotals;
}

/** What most people look at of a model. */
const MODEL_HEALTH = "torchserve.management_api.model.health";
const MODEL_REQUESTS = "torchserve.openmetrics.inference.count";

/** Units of the catalogue that monitoring systems know (https://www.monitoring-plugins.org/doc/guidelines.html). */
const UNITS: ReadonlyMap<string, string> = new Map([
  ["percent", "%"],
  ["second", "s"],
  ["millisecond", "ms"],
  ["microsecond", "us"],
  ["byte", "B"],
  ["megabyte", "MB"],
  ["gigabyte", "GB"],
]);

/**
 * Performance data of a round as `label=value[unit]`, what matters first: health and requests of each model, the other
 * service checks, the other metrics.
 */
export function perfdata(reports: readonly InstanceReport[], choice: PerfdataChoice): string[] {
  const builder = new Perfdata(choice);
  const prefixes = prefixesOf(reports);
  if (choice.names === undefined) {
    for (const [i, of] of reports.entries()) builder.addHealth(of, prefixes[i] ?? "");
    for (const [i, of] of reports.entries()) builder.addRequests(of, prefixes[i] ?? "");
  }
  for (const [i, of] of reports.entries()) builder.addServiceChecks(of, prefixes[i] ?? "");
  for (const [i, of] of reports.entries()) builder.addMetrics(of, prefixes[i] ?? "");
  return builder.items;
}

/** Where several instances are of one kind, their labels begin with their number in the file. */
export function prefixesOf(reports: readonly InstanceReport[]): string[] {
  const kinds = reports.map(({ kind }) => kind);
  return reports.map(({ instance, kind }) => {
    const isAlone = kinds.indexOf(kind) === kinds.lastIndexOf(kind);
    return isAlone ? "" : `${/\d+/.exec(instance)?.[0] ?? instance}:`;
  });
}

interface Item {
  readonly unit: string;
  value: number;
}

class Perfdata {
  /** By label, models first. */
  readonly #models = new Map<string, Map<string, Item>>();
  readonly #items = new Map<string, Item>();

  constructor(readonly choice: PerfdataChoice) {}

  get items(): string[] {
    const models = [...this.#models.values()].flatMap((items) => [...items]);
    return [...models, ...this.#items].map(([label, { value, unit }]) =>
      `${quoted(label)}=${plainDecimal(value)}${unit}`
    );
  }

  /** Health of each model, the worst of its versions. */
  addHealth({ report }: InstanceReport, prefix: string): void {
    for (const check of report.service_checks) {
      if (check.name !== MODEL_HEALTH) continue;
      const [label, items] = this.#ofModel(check, prefix, "health");
      setWorst(items, label, check);
    }
  }

  /** Requests of each model, of all its versions. */
  addRequests({ report }: InstanceReport, prefix: string): void {
    for (const metric of report.metrics) {
      if (metric.name !== MODEL_REQUESTS || !counts(metric.type)) continue;
      const [label, items] = this.#ofModel(metric, prefix, "requests");
      const total = this.#valueOf(metric, JSON.stringify([label, ...[...metric.tags].sort()]));
      if (total === undefined) continue;
      const item = items.get(label);
      if (item === undefined) items.set(label, { value: total, unit: "c" });
      else item.value += total;
    }
  }

  addServiceChecks({ report }: InstanceReport, prefix: string): void {
    const common = instanceTags(report);
    for (const check of report.service_checks) {
      if (this.#isWanted(check.name, MODEL_HEALTH)) setWorst(this.#items, prefix + labelOf(check, common), check);
    }
  }

  addMetrics({ report }: InstanceReport, prefix: string): void {
    const common = instanceTags(report);
    for (const metric of report.metrics) {
      if (!this.#isWanted(metric.name, MODEL_REQUESTS) || !Number.isFinite(metric.value)) continue;
      const label = prefix + labelOf(metric, common);
      const value = this.#valueOf(metric, label);
      const unit = counts(metric.type) ? "c" : UNITS.get(this.choice.catalogue.get(metric.name)?.unit ?? "") ?? "";
      if (value !== undefined) this.#items.set(label, { value, unit });
    }
  }

  #isWanted(name: string, model: string): boolean {
    return this.choice.names === undefined ? name !== model : this.choice.names(name);
  }

  #valueOf({ name, type, value }: Metric, key: string): number | undefined {
    return counts(type) ? this.choice.totals.of(name, value, type !== "count", () => key) : value;
  }

  #ofModel({ tags }: Metric | ServiceCheck, prefix: string, what: string): [label: string, items: Map<string, Item>] {
    const tag = tags.find((tag) => tag.startsWith("model_name:"));
    const model = prefix + (tag === undefined ? "" : tag.slice("model_name:".length));
    let items = this.#models.get(model);
    if (items === undefined) this.#models.set(model, items = new Map());
    return [`${model}.${what}`, items];
  }
}

function setWorst(items: Map<string, Item>, label: string, check: ServiceCheck): void {
  const [before, status] = [items.get(label), serviceStatus(check)];
  const statuses = before === undefined ? [status] : [status, serviceStatus({ status: before.value as typeof status })];
  items.set(label, { value: worstStatus(statuses), unit: "" });
}

/**
 * The tags that all of an instance has: those of its own service check, else what is common. Unlike these they stay the
 * same when models come and go, and so do names that lack them.
 */
export function instanceTags(report: Report): readonly string[] {
  const own = report.service_checks.find(({ tags }) => !tags.some((tag) => tag.startsWith("model_name:")));
  return own?.tags.map(oneLine) ?? commonTags(report);
}

/** `management_api.model.workers.current[bert/1.0]`: the name, and the values of the tags that not all of the instance has. */
export function labelOf(
  { name, tags, hostname }: Pick<Metric | ServiceCheck, "name" | "tags" | "hostname">,
  common: readonly string[],
): string {
  const own = tagsWithout(tags, common).map((tag) => tag.slice(tag.indexOf(":") + 1));
  const values = [...own, ...hostname ? [hostname] : []].filter((value) => value !== "");
  const short = name.replace(/^torchserve\./, "").trim() || "_";
  return values.length === 0 ? short : `${short}[${values.join("/")}]`;
}

/** A label: without what ends it, and in quotes where it has others than letters, digits and harmless signs. */
function quoted(label: string): string {
  const shown = wellFormed(label).replaceAll("=", "_").replaceAll("|", "/") || "_";
  return /^[\w.:/[\]-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "''")}'`;
}

/** A number as digits alone: not every reader knows exponents. */
export function plainDecimal(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  if (Number.isInteger(value)) return String(BigInt(value));
  return value.toFixed(20).replace(/\.?0+$/, "").replace(/^-0$/, "0");
}
