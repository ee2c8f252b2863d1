import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { BINARY, type PluginProcess, runPlugin } from "../support/plugin_process.ts";
import { run } from "./command.ts";
import { requirePrograms } from "./debian.ts";
import { freePorts } from "./free_ports.ts";
import { type Daemon, openDirectory, startDaemon } from "./peers/daemon.ts";
import { probeJob, startExporterOf } from "./scraped_exporter.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

/** Metrics that no machine of a test gives, and why. */
const NEVER: Readonly<Record<string, string>> = {
  torchserve_openmetrics_gpu_utilization: "there is no GPU",
  torchserve_openmetrics_gpu_memory_utilization: "there is no GPU",
  torchserve_openmetrics_gpu_memory_used: "there is no GPU",
  torchserve_management_api_model_worker_gpu_utilization: "there is no GPU",
  torchserve_management_api_model_worker_gpu_memory_utilization: "there is no GPU",
  torchserve_management_api_model_worker_gpu_memory_used: "there is no GPU",
  torchserve_openmetrics_handler_time: "the handlers of the tests are not made of BaseHandler, which times itself",
};

/** What Grafana puts in the place of its variables. */
const VARIABLES: readonly (readonly [string, string])[] = [
  ["$__rate_interval", "20s"],
  ["$__range", "1m"],
  ["$datasource", "prometheus"],
  ["$model_name", ".*"],
  ["$model_version", ".*"],
  ["$instance", ".*"],
  ["$job", ".*"],
];
const filledIn = (text: string) => VARIABLES.reduce((filled, [name, value]) => filled.replaceAll(name, value), text);

const dashboardSchema = v.object({
  annotations: v.object({ list: v.array(v.object({ name: v.string(), expr: v.optional(v.string()) })) }),
  templating: v.object({
    list: v.array(v.object({ name: v.string(), type: v.string(), definition: v.optional(v.string()) })),
  }),
  panels: v.array(v.object({
    title: v.string(),
    targets: v.optional(v.array(v.object({ expr: v.string() })), []),
  })),
});
type Dashboard = v.InferOutput<typeof dashboardSchema>;

const vectorSchema = v.object({
  data: v.object({ result: v.array(v.object({ value: v.tuple([v.number(), v.string()]) })) }),
});

const CACHE = fileURLToPath(new URL("../../.cache/grafana-foundation-sdk-0.0.22/", import.meta.url));
const SOURCE = fileURLToPath(new URL("grafana/", import.meta.url));
const later = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));

describe("the dashboards for Grafana", () => {
  let folder: string;
  const texts = new Map<string, string>();
  const dashboards = new Map<string, Dashboard>();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "grafana-"));
    chmodSync(folder, 0o755);
    const { status, stderr } = await runPlugin(BINARY, "", {
      args: ["assets", "render", "grafana", "--output", folder],
    });
    assert.equal(status, 0, stderr);
    for (const key of ["overview", "models"]) {
      const text = await readFile(join(folder, `dashboards/torchserve-${key}.json`), "utf8");
      texts.set(key, text);
      dashboards.set(key, v.parse(dashboardSchema, JSON.parse(text)));
    }
  });
  after(() => rm(folder, { recursive: true }));

  it("are what Grafana's own types declare, which find what is planted", async () => {
    mkdirSync(CACHE, { recursive: true });
    const check = join(CACHE, "check");
    await run("go", ["-C", SOURCE, "build", "-o", check, "."]);
    for (const [key, text] of texts) assert.equal(await said(check, text), "", key);
    const overview = texts.get("overview") ?? "";
    for (
      const [found, planted] of [
        ["textmode", overview.replace('"textMode"', '"textmode"')],
        ["legendformat", overview.replace('"legendFormat"', '"legendformat"')],
        ["templating", overview.replace('"templating": {', '"templating": 1, "other": {')],
      ] as const
    ) {
      assert.notEqual(planted, overview);
      assert.match(await said(check, planted), new RegExp(found));
    }
  });

  describe("over a real Prometheus that scrapes a real TorchServe in use", () => {
    let server: RealTorchServe;
    let exporter: PluginProcess;
    let prometheus: Daemon;
    let url: string;
    let isAsking = true;
    let asking: Promise<void>;
    before(async () => {
      await requirePrograms({ "/usr/bin/prometheus": "prometheus" });
      server = await start(await prepare(), { config: { metric_time_interval: 2 } });
      const [exporterPort = 0, prometheusPort = 0] = await freePorts(2);
      url = `http://127.0.0.1:${prometheusPort}`;
      exporter = await startExporterOf(server, folder, exporterPort);
      const directory = openDirectory(folder, "server");
      await writeFile(join(directory, "prometheus.yml"), prometheusConfig(exporterPort));
      await writeFile(join(directory, "rules.yml"), RULES);
      prometheus = await startDaemon(directory, [
        "/usr/bin/prometheus",
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        `--web.listen-address=127.0.0.1:${prometheusPort}`,
      ], [prometheusPort]);
      await manage("POST", "/models?url=broken.mar&initial_workers=0");
      asking = askUntilEnded();
      await later(15);
      await manage("POST", "/models?url=alpha_v2.mar&initial_workers=1&synchronous=true");
      await manage("PUT", "/models/alpha/2.0/set-default");
      await manage("DELETE", "/models/beta");
      await later(30);
    });
    after(async () => {
      isAsking = false;
      await asking;
      await prometheus?.stop();
      exporter?.signal("SIGTERM");
      await exporter?.ended;
      await server?.stop();
    });

    /** A model that answers, and one that fails. */
    const askUntilEnded = async () => {
      while (isAsking) {
        for (const model of ["alpha", "broken"]) {
          const response = await fetch(`${server.inferenceUrl}/predictions/${model}`, {
            method: "POST",
            body: "asked",
          });
          await response.body?.cancel();
        }
        await later(0.1);
      }
    };
    const manage = async (method: string, path: string) => {
      const response = await fetch(`${server.managementUrl}${path}`, { method });
      const answer = await response.text();
      assert.ok(response.ok, `${method} ${path}: ${response.status} ${answer}`);
    };
    /** How many series with a number an expression has. */
    const count = async (expr: string) => {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(filledIn(expr))}`);
      const answer = await response.text();
      assert.equal(response.status, 200, `${expr}: ${answer}`);
      const { data: { result } } = v.parse(vectorSchema, JSON.parse(answer));
      return result.filter(({ value: [, value] }) => Number.isFinite(Number(value))).length;
    };

    it("have data in every query of every panel, but where it is known why not", async () => {
      const never = new Set<string>();
      const empty: string[] = [];
      let asked = 0;
      for (const { panels } of dashboards.values()) {
        for (const { title, targets } of panels) {
          for (const { expr } of targets) {
            asked++;
            const known = Object.keys(NEVER).find((name) => expr.includes(`${name}{`));
            const found = await count(expr);
            if (known === undefined && found === 0) empty.push(`${title}: ${expr}`);
            if (known !== undefined && found === 0) never.add(known);
          }
        }
      }
      assert.deepEqual(empty, []);
      assert.deepEqual([...never].sort(), Object.keys(NEVER).sort(), "what is said to be empty is empty");
      assert.ok(asked > 90, `${asked}`);
    });

    it("have a choice for every variable", async () => {
      for (const { templating } of dashboards.values()) {
        for (const { name, type, definition = "" } of templating.list) {
          if (type === "datasource") continue;
          const [, series = "", label = ""] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
          const match = encodeURIComponent(filledIn(series));
          const response = await fetch(`${url}/api/v1/label/${label}/values?match[]=${match}`);
          const { data } = v.parse(v.object({ data: v.array(v.string()) }), await response.json());
          assert.ok(data.length > 0, `${name}: ${definition}`);
        }
      }
    });

    it("have marks where models and default versions changed", async () => {
      for (const { annotations } of dashboards.values()) {
        for (const { name, expr } of annotations.list) {
          if (expr !== undefined) assert.ok(await count(expr) > 0, name);
        }
      }
    });
  });
});

/** An alert that is always there, named as ours are. */
const RULES = `
groups:
  - name: example
    rules: [{alert: TorchServeExample, expr: torchserve_inference_api_health >= 0}]
`;

function prometheusConfig(exporterPort: number): string {
  return `
global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s}
rule_files: [rules.yml]
scrape_configs:${probeJob(["127.0.0.1"], exporterPort)}`;
}

/** What a program prints of a text on its standard input. */
function said(program: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program);
    let output = "";
    child.stdout.on("data", (piece: Uint8Array) => output += new TextDecoder().decode(piece));
    child.on("error", reject);
    child.on("close", () => resolve(output));
    child.stdin.end(text);
  });
}
