/** Where the text of a line in `model_log.log` is the start of a message; others go on with the one before. */
const STARTS = String.raw`(?:[^\sA-Za-z]|[^\s:]+ |[a-z]\w*(?::|$)|[A-Z][a-z]{0,7}:|[A-Z]+:)`;

const METRICS = String.raw`- result=\[METRICS\]`;

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
        pattern: String.raw`\d{4}-\d{2}-\d{2}T.+? MODEL_LOG - ${STARTS}`,
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
        pattern: ` (?:TS_METRICS|MODEL_METRICS|MODEL_LOG) - | ${METRICS}`,
      },
    ],
  },
] as const;

/** The same for what a container prints: everything, once, in one stream. */
export const CONTAINER_LOGS = [
  {
    source: "torchserve",
    service: "<SERVICE>",
    log_processing_rules: [
      {
        type: "multi_line",
        name: "tracebacks",
        pattern: String.raw`\d{4}-\d{2}-\d{2}T\S+ (?:\[[A-Z]+ *\] (?:W-\d+-.+_\S+|\S+) ` +
          String.raw`(?:MODEL_LOG - ${STARTS}|(?:ACCESS_LOG|TS_METRICS|MODEL_METRICS|(?:org|io|com|net)\.\S+) -)|- )`,
      },
      {
        type: "exclude_at_match",
        name: "metrics",
        pattern: ` (?:TS_METRICS|MODEL_METRICS) - | ${METRICS}`,
      },
    ],
  },
] as const;
