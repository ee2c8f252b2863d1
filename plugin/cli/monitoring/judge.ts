import { type InstanceReport, worstStatus } from "../../formats/mod.ts";
import type { Metric, ServiceStatus } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import { globOf } from "../glob.ts";
import type { PluginArguments } from "./arguments.ts";
import { isAlerting } from "./range.ts";

/** Problems that are told one by one; the others are counted. */
const MAX_TOLD = 3;

/** What the ranges that were given say of a check. */
export interface Judgement {
  readonly status: ServiceStatus;
  /** What is outside, in words; the worst first. */
  readonly problems: readonly string[];
  /** The time that the check took, with the ranges where they are of it. */
  readonly perfdata: string;
}

type Ranges = Pick<PluginArguments, "warning" | "critical" | "metric">;

/**
 * Holds the time of a check, or the metrics that were named, against the ranges. Metrics that are not there are UNKNOWN:
 * nobody watches what was asked for.
 *
 * @param seconds that the whole check took
 */
export function judge(ranges: Ranges, reports: readonly InstanceReport[], seconds: number): Judgement {
  const { metric, warning, critical } = ranges;
  const time = `time=${seconds.toFixed(3)}s`;
  if (metric === undefined) {
    const status = statusOf(ranges, seconds);
    const perfdata = `${time};${warning?.text ?? ""};${critical?.text ?? ""};0`;
    return { status, problems: status === 0 ? [] : [`the check took ${seconds.toFixed(3)} s`], perfdata };
  }
  const isNamed = globOf(metric);
  const named = reports.flatMap(({ report }) => report.metrics).filter(({ name }) => isNamed(name));
  const hasFailed = reports.some(({ report }) => report.status === "error");
  if (named.length === 0) {
    // Where nothing was collected, that is the problem.
    return { status: hasFailed ? 0 : 3, problems: hasFailed ? [] : [`there is no metric ${metric}`], perfdata: time };
  }
  const judged = named.map((found) => ({ found, status: statusOf(ranges, found.value) })).filter(({ status }) =>
    status > 0
  )
    .sort((a, b) => b.status - a.status);
  const told = judged.slice(0, MAX_TOLD).map(({ found }) => describe(found));
  const more = judged.length - told.length;
  return {
    status: worstStatus(judged.map(({ status }) => status)),
    problems: more === 0 ? told : [...told, `${more} more metrics`],
    perfdata: time,
  };
}

function statusOf({ warning, critical }: Ranges, value: number): ServiceStatus {
  if (critical !== undefined && isAlerting(critical, value)) return 2;
  return warning !== undefined && isAlerting(warning, value) ? 1 : 0;
}

function describe({ name, value, tags }: Metric): string {
  const ofModel = tags.filter((tag) => /^(?:model_name|model_version|worker_id):/.test(tag));
  return oneLine(`${name} is ${value}${ofModel.length === 0 ? "" : ` (${ofModel.join(", ")})`}`).replaceAll("|", "/");
}
