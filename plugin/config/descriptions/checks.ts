import type { OptionDescription } from "./types.ts";

/** The options of `inference_api_url`, `management_api_url` and `metrics_log`. */
export const checks = {
  inference_api_url: {
    type: "string",
    text:
      "The address of TorchServe's inference API, which has port 8080 unless configured otherwise. Its health is asked " +
      "for at the path ping below this address. A Unix socket is written with its path in place of the host, and each " +
      "/ in it as %2F: unix://%2Ftmp%2Fts.sock",
    example: "http://localhost:8080",
  },
  inference_probe: {
    type: "mapping",
    text:
      "A request to a model, POST predictions/<MODEL_NAME>, sent with every run once the API is found healthy. Its " +
      "time is submitted as torchserve.inference_api.probe.latency and its success as the service check " +
      "torchserve.inference_api.probe. The server counts it as a prediction, and the model's workers have to do it.\n\n" +
      '"model" names the model and "version" its version (the default version answers otherwise). "body" is the text ' +
      'to send, or "body_file" the file to send, of at most 16 MiB, and "content_type" says what it is ' +
      '(application/octet-stream otherwise). The probe succeeds when the status is "expect_status" (any 2xx ' +
      'otherwise) and the regular expression "expect_body" matches somewhere in the first million characters of the ' +
      'response, within "timeout" seconds (those of the instance otherwise).',
    example: { model: "<MODEL_NAME>", body: "<INPUT>", content_type: "text/plain", expect_status: 200, timeout: 5 },
  },
  management_api_url: {
    type: "string",
    text:
      "The address of TorchServe's management API, which has port 8081 unless configured otherwise. Models, versions " +
      "and workers are read below this address. It may be a Unix socket, as unix://%2Ftmp%2Fts.sock",
    example: "http://localhost:8081",
  },
  limit: {
    type: "integer",
    text:
      "The most models that are described in one run, after include and exclude. Each model costs one request and " +
      "some metrics.",
  },
  include: {
    type: "list of strings",
    text:
      "Regular expressions for the names of the models to describe. A model is described when one of them matches " +
      "somewhere in its name.",
    example: ["^<MODEL_PREFIX>", "<MODEL_NAME>"],
  },
  exclude: {
    type: "list of strings",
    text: "Regular expressions for the names of models to leave out. They win over include.",
    example: ["<MODEL_NAME>-test$"],
  },
  interval: {
    type: "number",
    text:
      "How many seconds the list of models is used before the server is asked for it again. The models themselves " +
      "are described in every run. With 0, every run asks for the list.",
    example: 3600,
  },
  submit_events: {
    type: "boolean",
    text: "Whether to submit an event when a model was added or removed, or has a new default version.",
  },
  max_concurrency: {
    type: "integer",
    text: "The most requests that are sent to the management API at the same time, from 1 to 256.",
  },
  metrics_log: {
    type: "string or mapping",
    text: "The directory where a TorchServe with metrics_mode=log writes ts_metrics.log and model_metrics.log, or a " +
      'mapping with "directory", or with the path of each, "ts_metrics" and "model_metrics". The metrics have the same ' +
      'names and tags as those of openmetrics_endpoint. In the mapping, "start" says where the first run starts: with ' +
      '"end", the default, counters count from then on; with "beginning", everything that the logs hold counts. ' +
      '"max_silence", 300 by default, is for how many seconds the logs may be silent before the health check warns: ' +
      "more than the server's pauses where it has disable_system_metrics or a long metric_time_interval. " +
      '"metrics_config" is the path of its metrics.yaml, which says what its own metrics are; without it the one that ' +
      "config.properties names in the directory above the logs is read, if there is one. docs/metrics.md tells more.",
    example: "/var/log/torchserve",
  },
  token_key_file: {
    type: "string",
    text: "The path of the key_file.json that TorchServe writes, to the directory that it is started in, when token " +
      "authorization is on. It is read again when it changes, and when the server does not accept a key. TorchServe " +
      "gives it mode 0600, so this program has to run as the same user, or as root. It has no effect where the " +
      "Authorization header is set by other options.",
    example: "<DIRECTORY>/key_file.json",
  },
  token_renew: {
    type: "boolean",
    text:
      "Whether to have TorchServe write a new key when the one in token_key_file is near its end (a fifth of its life " +
      "is left, a quarter for the inference API), or when it is no longer accepted. This ends the key for all other clients; each instance renews only that of its " +
      "own API. Without it, an expired key is an error until TorchServe is restarted or somebody else renews it.",
  },
  token_api_url: {
    type: "string",
    text: "The address of the management API, which token_renew asks for new keys. Without it, an instance with " +
      "management_api_url uses that address. One with inference_api_url on port 8080 uses port 8081 of the same host, " +
      "once it has seen that TorchServe's management API is there.",
    example: "http://localhost:8081",
  },
  extended_metrics: {
    type: "boolean",
    text:
      "Whether to submit more than the integration of the Datadog Agent does: the state of the queues, the uptime " +
      "and GPU use of workers, missing workers, a service check for each version of a model " +
      "(torchserve.management_api.model.health), the time that the APIs take, and TorchServe's version. It costs one " +
      "more request in each run.",
  },
} as const satisfies Readonly<Record<string, OptionDescription>>;
