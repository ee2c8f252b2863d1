import { type InstanceKey, runInstance } from "../../run/mod.ts";
import { processStartSeconds } from "../../runtime/process_start.ts";
import { encodeReport } from "../encode.ts";
import type { Method } from "../method.ts";
import { runParams } from "../params.ts";

const PARAMS = runParams();

/** `check/run`: one run of one instance. Faults of the configuration and of the target are reports, not errors. */
export const run: Method = async (_params, context, read) => {
  const { instance, init_config: initConfig, check_id: checkId, ...params } = read(PARAMS);
  const text = JSON.stringify([instance, initConfig]);
  const key: InstanceKey = checkId ? { key: checkId, isCheckId: true } : { key: text, isCheckId: false };
  const known = context.instances.get(key);
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
  });
  return { value: report, json: () => encodeReport(report, known.memory) };
};
