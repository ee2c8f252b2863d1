import type { ConfigOf } from "../config/mod.ts";
import { lazy } from "../runtime/lazy.ts";
import { endpointOf, fetchOk } from "../torchserve/mod.ts";
import type { ContextOf, Outcome } from "./check.ts";

/** What the request asks for when the user sets no `Accept` (as the Agent does). */
const ACCEPT = "text/plain";
const ACCEPT_LATEST = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1";

const page = lazy(() => import("./openmetrics_page.ts"));

/**
 * Scrapes TorchServe's metrics endpoint (https://pytorch.org/serve/metrics_api.html). What reads the page is loaded while
 * the server answers (bench: a process for each scrape, "small").
 */
export async function checkOpenMetrics(
  config: ConfigOf<"openmetrics">,
  context: ContextOf<"openmetrics">,
): Promise<Outcome> {
  const answer = fetchOk(context.http, {
    url: endpointOf(config),
    headers: { accept: config.options.use_latest_spec ? ACCEPT_LATEST : ACCEPT },
  });
  // It may fail before the page is loaded, which then reads why.
  answer.catch(() => {});
  const { collectPage } = await page();
  return await collectPage(config, context, answer);
}
