/**
 * The logs of TorchServe that are worth collecting. `access_log.log` is not: `ts_log.log` has its lines too, as it has
 * those of `model_log.log` and the metrics that the check reads, which are left out of it for that.
 */
export const LOG_SOURCES = [
  {
    type: "file",
    path: "/var/log/torchserve/model_log.log",
    source: "torchserve",
    service: "<SERVICE>",
    log_processing_rules: [
      {
        type: "multi_line",
        name: "tracebacks",
        pattern: String.raw`\d{4}-\d{2}-\d{2}T.+? MODEL_LOG - ` +
          String.raw`(?:[^\sA-Za-z]|[^\s:]+ |[a-z]\w*(?::|$)|[A-Z][a-z]{0,7}:|[A-Z]+:)`,
      },
    ],
  },
  {
    type: "file",
    path: "/var/log/torchserve/ts_log.log",
    source: "torchserve",
    service: "<SERVICE>",
    log_processing_rules: [
      { type: "multi_line", name: "dated_lines", pattern: String.raw`\d{4}-\d{2}-\d{2}T` },
      {
        type: "exclude_at_match",
        name: "metrics_and_model_log",
        pattern: String.raw` (?:TS_METRICS|MODEL_METRICS|MODEL_LOG) - | - result=\[METRICS\]`,
      },
    ],
  },
] as const;
