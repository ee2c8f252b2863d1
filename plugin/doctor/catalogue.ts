/** What there is to know of a kind of finding, for documents and for its place in the list. */
export interface FindingKind {
  /** A heading. */
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** What to do. */
  readonly remedy: string;
}

/**
 * All kinds of findings, causes before what follows of them: `docs/troubleshooting.md` is made of this table, and findings
 * come in its order.
 */
export const FINDINGS = {
  configuration: {
    title: "The configuration is wrong",
    meaning: "An option of the file is missing, misspelt or of another kind, so an instance does not run.",
    remedy: "Correct the place that is named; `torchserve-check config validate FILE` says all that is wrong with it.",
  },
  stopped: {
    title: "TorchServe is not running",
    meaning: "Nothing listens at its addresses, and no process of it is on this machine.",
    remedy: "Start it. Why it ended stands at the end of its `ts_log.log` and of what it wrote to its console.",
  },
  starting: {
    title: "TorchServe does not listen yet",
    meaning: "Its process is there, and none of its addresses: it starts, or it could not open its ports.",
    remedy: "Wait a moment and ask again; else look at the end of its `ts_log.log`.",
  },
  elsewhere: {
    title: "TorchServe listens at another address",
    meaning: "Nothing listens where the configuration points to, and a TorchServe of this machine listens elsewhere.",
    remedy: "Set the endpoint of the instance to the address that is named, or the setting of TorchServe to that port.",
  },
  loopback: {
    title: "TorchServe listens to its own machine only",
    meaning: "As installed, its addresses are 127.0.0.1: from other machines nothing is reached.",
    remedy: "Ask it from the same machine, or set `inference_address` and the like to `http://0.0.0.0:PORT`.",
  },
  tls: {
    title: "TLS does not fit",
    meaning: "One side speaks TLS and the other does not, or a certificate is not trusted.",
    remedy: "Set the scheme of the endpoint, `tls_ca_cert`, or the host name as the hint says.",
  },
  unreachable: {
    title: "TorchServe does not answer",
    meaning: "The host has no address, drops what is sent to it, or answers too late.",
    remedy: "Check the name, the network and the firewall between the two machines; raise `timeout` for a slow server.",
  },
  other_program: {
    title: "Another program answers there",
    meaning: "What answers is a proxy, a login page, another API of TorchServe or its gRPC port.",
    remedy: "Set the endpoint to the address that is named.",
  },
  token_missing: {
    title: "TorchServe wants a token",
    meaning: "Token authorization is on, as installed from 0.11.1 on, and the instance has no key.",
    remedy: "Set `token_key_file` to the `key_file.json` in the directory that TorchServe was started in.",
  },
  token_unreadable: {
    title: "The key file cannot be read",
    meaning: "`key_file.json` is missing, or belongs to another user: TorchServe gives it mode 0600.",
    remedy: "Run the host agent as TorchServe's user, or as one that may read the file whenever TorchServe writes it.",
  },
  shared_address: {
    title: "Inference and management have one address",
    meaning:
      "TorchServe then describes only the default version of each model, and with token authorization on no key " +
      "opens the management API.",
    remedy: "Give `inference_address` and `management_address` a port each in `config.properties`.",
  },
  token_expired: {
    title: "The key has expired",
    meaning: "Keys are good for an hour unless `token_expiration_min` says otherwise.",
    remedy: "Set `token_renew: true` in the instance, or restart TorchServe.",
  },
  token_other: {
    title: "The key is of another start",
    meaning:
      "TorchServe writes new keys each time it starts; it refuses the one in the file though its time is not over.",
    remedy: "Set `token_key_file` to the file that this TorchServe writes, not to a copy of it.",
  },
  logs_full: {
    title: "The disk of the logs is full",
    meaning: "TorchServe can write no line more, so metrics of logs stop and reasons of failures are lost.",
    remedy: "Make room on that disk, and let its logs be rotated.",
  },
  logs_unreadable: {
    title: "The logs cannot be read",
    meaning: "With `metrics_mode=log` metrics are in files, and this user may not read them.",
    remedy: "Let the user that runs the host agent read the files and enter their directories.",
  },
  logs_missing: {
    title: "The logs are not there",
    meaning: "`metrics_log` names a directory without `ts_metrics.log`.",
    remedy: "Set it to the directory `logs` where TorchServe was started, or to its `METRICS_LOCATION`.",
  },
  logs_moved: {
    title: "TorchServe writes to a file that was moved away",
    meaning: "Something rotated or removed a log that TorchServe still has open: what it writes goes there.",
    remedy: "Use `copytruncate` in logrotate, or leave rotation to TorchServe's own log4j2.xml; restart it once.",
  },
  logs_silent: {
    title: "Nothing is written to the metric logs",
    meaning: "TorchServe writes the numbers of its host every minute as installed.",
    remedy: "Check the directory, `metrics_mode`, and `max_silence` of the instance.",
  },
  metrics_off: {
    title: "The metrics endpoint is off",
    meaning: "`enable_metrics_api=false`, so nothing listens at `metrics_address`.",
    remedy:
      "Set `enable_metrics_api=true` in `config.properties` and restart TorchServe, or follow its logs with `metrics_log`.",
  },
  metrics_in_logs: {
    title: "The metrics are in log files",
    meaning: "As installed, `metrics_mode=log`: the endpoint answers, and has nothing.",
    remedy: "Set `metrics_mode=prometheus` in `config.properties` and restart TorchServe, or use `metrics_log`.",
  },
  metrics_legacy: {
    title: "Legacy mode halves the metrics",
    meaning:
      "With `metrics_mode=legacy` the endpoint has the three metrics of inference only, and the logs have the others.",
    remedy: "Set `metrics_mode=prometheus` and restart TorchServe, or add an instance with `metrics_log`.",
  },
  handler_raises: {
    title: "A handler raises an exception on load",
    meaning: "The worker's process ends each time it is started, and is started again.",
    remedy: "Mend the line that is named, or what it needs, and register the archive again.",
  },
  worker_killed: {
    title: "A worker is killed again and again",
    meaning:
      "Its process ends without an exception, as it does on signal 9: the kernel is out of memory, or somebody kills it.",
    remedy:
      "Give the machine or the container more memory, or load fewer workers; the kernel's log (`dmesg`) tells of " +
      "processes that it killed.",
  },
  worker_stuck: {
    title: "A worker does not become ready",
    meaning: "It loads for longer than its `startupTimeout`, or nobody can see why it ends.",
    remedy: "Look at the end of `model_log.log` for the worker, and raise `startupTimeout` for a large model.",
  },
  no_workers: {
    title: "A model has no workers",
    meaning: "Predictions are refused with 503, as with a full queue.",
    remedy: "Scale it: `curl -X PUT 'http://HOST:8081/models/NAME?min_worker=1'`.",
  },
  queue_full: {
    title: "The queue of a model is full",
    meaning: "Predictions are refused with 503 though its workers are ready: more is asked than they do.",
    remedy: "Add workers, raise `batchSize`, or send less; `job_queue_size` decides how many may wait.",
  },
  worker_loading: {
    title: "A worker is loading",
    meaning: "It was started a moment ago, and is not ready yet.",
    remedy: "Ask again in a moment.",
  },
  predictions_fail: {
    title: "A handler raises an exception on predictions",
    meaning: "The workers are ready, and requests are answered with an error.",
    remedy: "Mend the line that is named, or what was sent to it.",
  },
  batch_delay: {
    title: "Callers wait for others",
    meaning: "With a batch, the first request waits up to `maxBatchDelay` until the batch is full.",
    remedy: "Lower `maxBatchDelay` (milliseconds), or `batchSize`, of the model.",
  },
  disk_full: {
    title: "The disk of the model store is nearly full",
    meaning: "Archives cannot be added or unpacked there.",
    remedy: "Make room, or move `model_store`.",
  },
  memory_low: {
    title: "Memory is nearly used up",
    meaning: "The kernel ends processes when there is none left, workers first: they are the largest.",
    remedy: "Load fewer models or workers, or give the machine more.",
  },
  gpu_unused: {
    title: "A GPU is there, and no worker uses it",
    meaning: "All workers run on the processor.",
    remedy:
      "Check `number_of_gpu` in `config.properties`, `deviceType` of the models, and the driver for the user of TorchServe.",
  },
  clock_skew: {
    title: "The clocks differ",
    meaning: "TorchServe's clock is ahead of this one: the time that a key is good for is not what it seems.",
    remedy: "Let both machines take their time from one source (NTP).",
  },
  proxy: {
    title: "Requests go through a proxy",
    meaning: "The environment names a proxy, and nothing says that this host is reached without it.",
    remedy: "Add the host to `NO_PROXY`, or set `skip_proxy: true` in the instance.",
  },
  agent_user: {
    title: "The host agent may not read what the check needs",
    meaning: "The check runs as the agent's user, and files belong to TorchServe's.",
    remedy: "Give that user the right to read the file, or run the agent as TorchServe's user.",
  },
  instance: {
    title: "An instance does not run as it should",
    meaning: "The check itself says why.",
    remedy: "See the text of the finding.",
  },
  other_servers: {
    title: "More than one TorchServe",
    meaning: "This machine has another TorchServe that the configuration does not watch.",
    remedy: "Nothing, if that is meant; `torchserve-check discover` writes instances for all.",
  },
  api: { title: "An API answers", meaning: "The check got what it asks for.", remedy: "" },
  models: { title: "Models", meaning: "All versions have the workers that they want.", remedy: "" },
  keys: { title: "Keys", meaning: "The keys are good.", remedy: "" },
  logs: { title: "Logs", meaning: "The logs are there and are written to.", remedy: "" },
  machine: { title: "The machine", meaning: "Memory and disks have room.", remedy: "" },
} as const satisfies Readonly<Record<string, FindingKind>>;

/** A kind of finding. */
export type FindingId = keyof typeof FINDINGS;

const ORDER = new Map(Object.keys(FINDINGS).map((id, index) => [id, index]));

/** The place of a kind in the list. */
export function orderOf(id: FindingId): number {
  return ORDER.get(id) ?? 0;
}
