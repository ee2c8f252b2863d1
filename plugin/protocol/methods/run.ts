import { type InstanceKey, runInstance } from "../../run/mod.ts";
import { processStartSeconds } from "../../runtime/process_start.ts";
import { encodeReport } from "../encode.ts";
import type { Method } from "../method.ts";
import { runParams } from "../params.ts";
import type { ReportMemory } from "../report_memory.ts";
import type { Series } from "../series.ts";

const PARAMS = runParams();

/** `check/run`: one run of one instance. Faults of the configuration and of the target are reports, not errors. */
export const run: Method = async (_params, context, read) => {
  const { instance, init_config: initConfig, check_id: checkId, ...params } = read(PARAMS);
  const text = textOf(instance, initConfig);
  const key: InstanceKey = checkId ? { key: checkId, isCheckId: true } : { key: text, isCheckId: false };
  const known = context.instances.get(key);
  const series = context.asSeries ? await takeSeries(known.memory) : undefined;
  const report = await runInstance(known, {
    instance,
    initConfig,
    text,
    hostname: params.hostname ?? undefined,
    hostState: params.state ?? undefined,
    states: context.states,
    shared: await context.shared(),
    timeoutMs: params.timeout_ms ?? undefined,
    signal: context.signal,
    hostStartSeconds: context.host?.start_time ?? processStartSeconds(),
    log: (level, message) => context.log(level, message, checkId ?? undefined),
    columns: series?.columns,
  });
  if (series === undefined) return { value: report, json: () => encodeReport(report, known.memory.metrics) };
  series.end();
  const held = params.series_id ?? undefined;
  return {
    get value() {
      return { ...report, metrics: series.columns.toMetrics() };
    },
    json: () => series.pieces(report, held),
    inLines: (maxBytes) => series.value(report, held, maxBytes),
    onDone: () => known.memory.series = series,
  };
};

/**
 * A configuration as JSON. One that is nested too deeply for that is refused (config/limits.ts): without what is nested, it
 * is still told from others.
 */
function textOf(instance: unknown, initConfig: unknown): string {
  try {
    return JSON.stringify([instance, initConfig]);
  } catch {
    const isPlain = (value: unknown) => typeof value !== "object" || value === null;
    return JSON.stringify(Object.entries(instance ?? {}).filter(([, value]) => isPlain(value)));
  }
}

/** That of the last run; a new one for the first, for one beside another, and after one that ended without a report. */
async function takeSeries(memory: ReportMemory): Promise<Series> {
  const series = memory.series ?? new (await import("../series.ts")).Series();
  memory.series = undefined;
  series.columns.start();
  return series;
}
