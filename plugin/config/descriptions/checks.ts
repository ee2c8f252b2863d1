import type { OptionDescription } from "./types.ts";

/** The options of `inference_api_url`, `management_api_url` and `metrics_log`. */
export const checks = {
  inference_api_url: {
    type: "string",
    text: "The address of TorchServe's inference API, port 8080 unless configured otherwise. Its health is asked for " +
      "at the path ping below this address.",
    example: "http://localhost:8080",
  },
  inference_probe: {
    type: "mapping",
    text: "A request to a model, sent with every run, whose time and success are submitted. The request counts as a " +
      'prediction on the server. "model" names the model and "version" its version, "body" is the text to send, or ' +
      '"body_file" the file to send, and "content_type" says what it is.',
    example: { model: "<MODEL_NAME>", body: "<INPUT>", content_type: "text/plain" },
  },
  management_api_url: {
    type: "string",
    text: "The address of TorchServe's management API, port 8081 unless configured otherwise. Models, versions and " +
      "workers are read below this address.",
    example: "http://localhost:8081",
  },
  limit: {
    type: "integer",
    text: "The most models that are described in a run, after include and exclude. More models cost one request and " +
      "some metrics each.",
  },
  include: {
    type: "list of strings",
    text: "Regular expressions for the names of the models to look at. A model is looked at when one of them matches " +
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
    text: "How many seconds the list of models is used before it is asked for again. The models themselves are " +
      "described in every run. With 0, every run asks for the list.",
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
      'mapping with the path of each, "ts_metrics" and "model_metrics". The metrics have the same names as those of ' +
      "openmetrics_endpoint.",
    example: "/var/log/torchserve",
  },
  token_key_file: {
    type: "string",
    text:
      "The path of the key_file.json that TorchServe writes when token authorization is on. It is read again when " +
      "it changes, and when the server does not accept a key.",
    example: "<DIRECTORY>/key_file.json",
  },
  token_renew: {
    type: "boolean",
    text:
      "Whether to have TorchServe write new keys when those in token_key_file have expired. This ends the keys of " +
      "all other clients.",
  },
  extended_metrics: {
    type: "boolean",
    text:
      "Whether to submit more than the integration of the Datadog Agent does: the state of the queues, the uptime " +
      "and GPU use of workers, missing workers, a service check for each model, and the time that the APIs take.",
  },
} as const satisfies Readonly<Record<string, OptionDescription>>;
