import { statusForBatches } from "./exit_status.ts";
import { exposition } from "./exposition/mod.ts";
import type { Format } from "./format.ts";

/** OpenMetrics 1.0: for what asks for it, such as a scrape of Prometheus. */
export const openmetrics: Format = {
  purpose: "OpenMetrics 1.0, as a scrape of Prometheus asks for it.",
  audience: "batches",
  takes: [],
  exitStatus: statusForBatches,
  contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  render: exposition({ isOpenMetrics: true }),
};
