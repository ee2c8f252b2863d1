import { statusForBatches } from "./exit_status.ts";
import { exposition } from "./exposition/mod.ts";
import type { Format } from "./format.ts";

/** Prometheus' text format 0.0.4: for the node exporter's textfile collector, and for older scrapers. */
export const prometheus: Format = {
  purpose: "Prometheus' text format 0.0.4, for the [node exporter's](hosts/node-exporter.md) textfile collector.",
  audience: "batches",
  takes: [],
  exitStatus: statusForBatches,
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  render: exposition({ isOpenMetrics: false }),
};
