import { HttpError } from "../http/mod.ts";
import type { CheckContext } from "./check.ts";
import { describeApi, TargetError } from "../torchserve/mod.ts";

/** Adds TorchServe's version to the report, as `metadata.version`; one request, for which no token is needed. */
export async function submitVersion({ http, report }: CheckContext, address: string): Promise<void> {
  try {
    const version = (await describeApi(http, address))?.version;
    if (version === undefined) report.warn("http", "TorchServe's version is not known: OPTIONS / does not tell it");
    else report.metadata("version", version);
  } catch (thrown) {
    if (!(thrown instanceof HttpError || thrown instanceof TargetError)) throw thrown;
    report.warn(thrown.code, `TorchServe's version is not known: ${thrown.message}`);
  }
}
