/**
 * A real Prometheus and a real Alertmanager that tells a test what it is told.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import * as v from "valibot";
import { requirePrograms } from "./debian.ts";
import { freePorts } from "./free_ports.ts";
import { type Daemon, openDirectory, startDaemon } from "./peers/daemon.ts";

/** Debian's packages of the programs. */
const PROGRAMS = {
  "/usr/bin/prometheus": "prometheus",
  "/usr/bin/prometheus-alertmanager": "prometheus-alertmanager",
};

const labelsSchema = v.record(v.string(), v.string());
const notificationSchema = v.object({
  alerts: v.array(v.object({
    status: v.picklist(["firing", "resolved"]),
    labels: labelsSchema,
    annotations: labelsSchema,
  })),
});
const queriedSchema = v.object({
  data: v.object({ result: v.array(v.object({ metric: labelsSchema, value: v.tuple([v.number(), v.string()]) })) }),
});
const rulesSchema = v.object({
  data: v.object({
    groups: v.array(v.object({
      rules: v.array(v.object({ name: v.string(), health: v.string(), lastError: v.optional(v.string()) })),
    })),
  }),
});

/** An alert as Alertmanager's receiver gets it. */
export type Notified = v.InferOutput<typeof notificationSchema>["alerts"][number];
/** A rule as Prometheus evaluated it last. */
export type EvaluatedRule = v.InferOutput<typeof rulesSchema>["data"]["groups"][number]["rules"][number];

/** Prometheus, Alertmanager, and who is told. */
export interface Alerting {
  /** What was told, in its order; new ones come at the end. */
  readonly notified: readonly Notified[];
  /** The labels and the value of each series that a query gives now. */
  query(expression: string): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>;
  rules(): Promise<EvaluatedRule[]>;
  stop(): Promise<void>;
}

/**
 * Starts both in a directory, which other users may enter.
 *
 * @param scrapeConfigs the section of that name in prometheus.yml
 * @param rules the text of a file of rules
 */
export async function startAlerting(directory: string, scrapeConfigs: string, rules: string): Promise<Alerting> {
  await requirePrograms(PROGRAMS);
  const [prometheusPort = 0, alertmanagerPort = 0, receiverPort = 0] = await freePorts(3);
  const notified: Notified[] = [];
  const receiver = await startReceiver(receiverPort, notified);
  const folder = openDirectory(directory, "alerting");
  await writeFile(
    join(folder, "alertmanager.yml"),
    `route: {receiver: test, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: test, webhook_configs: [{url: "http://127.0.0.1:${receiverPort}/", send_resolved: true}]}]
`,
  );
  await writeFile(join(folder, "rules.yaml"), rules);
  await writeFile(
    join(folder, "prometheus.yml"),
    `global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s}
rule_files: [rules.yaml]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:${alertmanagerPort}"]}]}]}
scrape_configs:
${scrapeConfigs}`,
  );
  const started: Daemon[] = [];
  const stop = async () => {
    for (const daemon of started.reverse()) await daemon.stop();
    await new Promise((resolve) => receiver.close(resolve));
  };
  try {
    started.push(
      await startDaemon(openDirectory(folder, "alertmanager"), [
        "/usr/bin/prometheus-alertmanager",
        `--config.file=${join(folder, "alertmanager.yml")}`,
        "--storage.path=data",
        `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
        "--cluster.listen-address=",
      ], [alertmanagerPort]),
    );
    started.push(
      await startDaemon(openDirectory(folder, "prometheus"), [
        "/usr/bin/prometheus",
        `--config.file=${join(folder, "prometheus.yml")}`,
        "--storage.tsdb.path=data",
        `--web.listen-address=127.0.0.1:${prometheusPort}`,
      ], [prometheusPort]),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const get = async (path: string) => await (await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/${path}`)).json();
  return {
    notified,
    query: async (expression) => {
      const { data: { result } } = v.parse(queriedSchema, await get(`query?query=${encodeURIComponent(expression)}`));
      return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
    },
    rules: async () => v.parse(rulesSchema, await get("rules")).data.groups.flatMap((group) => group.rules),
    stop,
  };
}

/** Takes what Alertmanager sends to a webhook. */
function startReceiver(port: number, notified: Notified[]): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => body += text).on("end", () => {
      notified.push(...v.parse(notificationSchema, JSON.parse(body)).alerts);
      response.end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
