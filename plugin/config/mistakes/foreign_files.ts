import { isMapping } from "../schemas.ts";
import { type Mistake, mistakeAt } from "./mistake.ts";

/** A kind of file that is given by mistake. */
interface Kind {
  readonly called: string;
  readonly advice: string;
  /** What only such files have in a line. */
  readonly line?: RegExp;
  /** What only such files have in their mapping: names of which one, or all, are there. */
  readonly names?: readonly string[];
}

const DISCOVER = "run torchserve-check discover, which writes a configuration for a TorchServe that runs";
const OWN = "name the configuration file of this check";

const KINDS: readonly Kind[] = [
  {
    called: "TorchServe's own config.properties",
    advice: DISCOVER,
    line:
      /^\s*(?:inference_address|management_address|metrics_address|model_store|load_models|metrics_mode|default_workers_per_model|job_queue_size|number_of_gpu|enable_envvars_config|disable_token_authorization|grpc_inference_port|install_py_dep_per_model|models)\s*=/m,
  },
  {
    called: "a certificate or key in PEM",
    advice: "name it in tls_cert, tls_private_key or tls_ca_cert of a configuration",
    line: /^-----BEGIN [A-Z ]+-----/m,
  },
  {
    called: "a page of metrics",
    advice: "set its address as openmetrics_endpoint in a configuration",
    line: /^# (?:HELP|TYPE) \w+ /m,
  },
  { called: "a web page", advice: OWN, line: /^\s*<(?:!doctype html|html)\b/im },
  { called: "XML", advice: OWN, line: /^\s*<(?:\?xml|[A-Za-z]+[\s>])/m },
  { called: "a script", advice: OWN, line: /^#!\//m },
  {
    called: "TOML or an INI file",
    advice: "write it as YAML: torchserve-check config example prints one",
    line: /^\s*\[{1,2}[A-Za-z_][\w. -]*\]{1,2}\s*$/m,
  },
  {
    called: "the Agent's own datadog.yaml",
    advice: "name the file in the Agent's conf.d/torchserve_check.d",
    names: ["api_key", "dd_url", "logs_enabled", "apm_config", "process_config", "logs_config", "site"],
  },
  {
    called: "a configuration of Prometheus",
    advice: "set the address that it scrapes as openmetrics_endpoint in a configuration",
    names: ["scrape_configs", "rule_files", "remote_write"],
  },
  {
    called: "TorchServe's own metrics configuration",
    advice: "name it as metrics_config of metrics_log in a configuration",
    names: ["ts_metrics", "model_metrics"],
  },
  {
    called: "a model's own model-config.yaml",
    advice: DISCOVER,
    names: ["minWorkers", "maxWorkers", "batchSize", "maxBatchDelay", "responseTimeout", "deviceType"],
  },
  { called: "alert rules of Prometheus", advice: OWN, names: ["groups"] },
];

/** TorchServe's key file, of which nothing is ever shown. */
function isKeyFile(value: unknown): boolean {
  return isMapping(value) &&
    ["management", "inference", "API"].some((name) => isMapping(value[name]) && typeof value[name].key === "string");
}

/** What a file is that is no configuration of this check; `undefined`, where it is none of those that are known. */
export function foreignFile(text: string, value: unknown): Mistake | undefined {
  if (isKeyFile(value)) {
    return told("TorchServe's key file", "name it as token_key_file in a configuration, and keep it secret", 0, 0);
  }
  for (const { called, advice, line, names = [] } of KINDS) {
    const found = typeof value === "object" ? null : line?.exec(text);
    if (found) return told(called, advice, text.slice(0, found.index).split("\n").length - 1, 0);
    if (!isMapping(value)) continue;
    const name = names.find((name) => Object.hasOwn(value, name));
    if (name === undefined) continue;
    const index = text.split("\n").findIndex((written) => new RegExp(`(?:^|[{,"' ])${name}["']?\\s*:`).test(written));
    return told(called, advice, Math.max(0, index), 0);
  }
  return undefined;
}

function told(called: string, advice: string, line: number, column: number): Mistake {
  return mistakeAt(line, column, `Found ${called}; expected a configuration of this check, with instances.`, advice);
}
