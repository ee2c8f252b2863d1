import { monotonicMs } from "../runtime/bounds.ts";
import { fetchOk, resource, toReportError } from "../torchserve/mod.ts";
import { fetchModelList } from "../checks/management/model_list.ts";
import { KeyStore, withToken } from "../torchserve/tokens/mod.ts";
import { validateInstance } from "../config/mod.ts";
import { createHttpClient } from "../http/mod.ts";
import { ReportBuilder } from "../report/mod.ts";
import type { Options } from "./draft.ts";

/** What an instance would find. */
export interface Tried {
  /** How many models the management API lists: `3`, `at least 100`. */
  readonly models?: string;
  /** What keeps it from being used, and what would help. */
  readonly problem?: string;
  /** What it would say besides. */
  readonly warnings: readonly string[];
}

/** How many requests may take their time: lists of models have pages. */
const SLOW_REQUESTS = 5;

/** Asks the API of an instance once, with its token, as the check would. */
export async function tryInstance(
  instance: Options,
  timeoutMs: number,
): Promise<Tried> {
  const timeout = timeoutMs / 1_000;
  const result = await validateInstance({ ...instance, timeout }, {});
  if (!result.ok) return { problem: result.issues.map(({ message }) => message).join(" "), warnings: [] };
  const { config } = result;
  if (config.kind === "metrics_log") return { warnings: [] };
  const report = new ReportBuilder("torchserve", {});
  let models: string | undefined;
  let problem: string | undefined;
  try {
    const bounds = { deadlineMs: monotonicMs() + SLOW_REQUESTS * timeoutMs };
    const plain = await createHttpClient(config.options, bounds);
    try {
      const http = withToken(plain, config, report, new KeyStore(), bounds);
      if (config.kind === "management") {
        const list = await fetchModelList(http, config.url);
        models = list.cut === undefined ? `${list.models.length}` : `at least ${list.models.length}`;
      } else {
        await fetchOk(http, { url: resource(config.url, "ping") });
      }
    } finally {
      await plain.close();
    }
  } catch (thrown) {
    const { message, hint } = toReportError(thrown);
    problem = hint === undefined ? message : `${message}; ${hint}`;
  }
  const { warnings } = report.finish({ duration_ms: 0, requests: 0, bytes: 0 }, undefined);
  return {
    ...(models === undefined ? {} : { models }),
    ...(problem === undefined ? {} : { problem }),
    warnings: warnings.map(({ message }) => message),
  };
}
