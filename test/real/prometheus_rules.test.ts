import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parseDocument } from "yaml";
import { BINARY, type PluginProcess, runPlugin } from "../support/plugin_process.ts";
import { type Alerting, startAlerting } from "./alerting.ts";
import { run } from "./command.ts";
import { requirePrograms } from "./debian.ts";
import { freePorts } from "./free_ports.ts";
import { probeJob, startExporterOf } from "./scraped_exporter.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

/** Every length of time in the rules is shorter by this: three minutes are 18 seconds. */
const FASTER = 10;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** How full memory and disk are is the business of the machine that runs this. */
const OF_THE_MACHINE = ["TorchServeMemory", "TorchServeDisk"];

const later = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));

/** The rules with shorter times, and otherwise as they are. */
function faster(text: string): string {
  const shorten = (part: string) =>
    part.replace(/\b(\d+)([smhd])\b/g, (_, length: string, unit: string) => {
      return `${Number(length) * (SECONDS[unit] ?? 1) * 1_000 / FASTER}ms`;
    });
  const document = parseDocument(text);
  for (let i = 0; document.hasIn(["groups", 0, "rules", i]); i++) {
    for (const key of ["expr", "for"]) {
      const path = ["groups", 0, "rules", i, key];
      document.setIn(path, shorten(String(document.getIn(path))));
    }
  }
  return document.toString({ lineWidth: 0 });
}

describe("the rules for Prometheus", () => {
  let folder: string;
  before(async () => {
    await requirePrograms({ "/usr/bin/promtool": "prometheus" });
    folder = await mkdtemp(join(tmpdir(), "rules-"));
    chmodSync(folder, 0o755);
    const { status, stderr } = await runPlugin(BINARY, "", {
      args: ["assets", "render", "prometheus", "--output", folder],
    });
    assert.equal(status, 0, stderr);
  });
  after(() => rm(folder, { recursive: true }));

  it("are rules to promtool, and pass their unit tests", async () => {
    assert.match(
      await run("/usr/bin/promtool", ["check", "rules", join(folder, "torchserve.rules.yaml")]),
      /SUCCESS: 15 rules found/,
    );
    assert.match(
      await run("/usr/bin/promtool", ["test", "rules", join(folder, "torchserve.rules.test.yaml")]),
      /SUCCESS/,
    );
  });

  describe("with a real TorchServe, a real Prometheus and a real Alertmanager", () => {
    let server: RealTorchServe;
    let exporter: PluginProcess;
    let alerting: Alerting;
    before(async () => {
      server = await start(await prepare());
      const [exporterPort = 0] = await freePorts(1);
      exporter = await startExporterOf(server, folder, exporterPort);
      const rules = await readFile(join(folder, "torchserve.rules.yaml"), "utf8");
      alerting = await startAlerting(folder, probeJob(["127.0.0.1"], exporterPort, { team: "vision" }), faster(rules));
    });
    after(async () => {
      await alerting?.stop();
      exporter?.signal("SIGTERM");
      await exporter?.ended;
      await server?.stop();
    });

    const manage = async (method: string, path: string) => {
      const response = await fetch(`${server.managementUrl}${path}`, { method });
      const answer = await response.text();
      assert.ok(response.ok, `${method} ${path}: ${response.status} ${answer}`);
    };
    const alerts = () => alerting.notified.filter(({ labels }) => !OF_THE_MACHINE.includes(labels["alertname"] ?? ""));

    it("say nothing of a healthy server that is asked, deployed to, scaled to 0 and back, and idle", async () => {
      let isAsking = true;
      const statuses = new Set<number>();
      const asking = (async () => {
        while (isAsking) {
          const response = await fetch(`${server.inferenceUrl}/predictions/alpha`, {
            method: "POST",
            body: "asked",
            signal: AbortSignal.timeout(60_000),
          });
          statuses.add(response.status);
          await response.body?.cancel();
          await later(0.1);
        }
      })();
      await later(5);
      await manage("POST", "/models?url=alpha_v2.mar&initial_workers=1&synchronous=true");
      await manage("PUT", "/models/alpha/2.0/set-default");
      // TorchServe 0.12 never answers a request whose version is deleted while a worker has it.
      await later(2);
      await manage("DELETE", "/models/alpha/1.0");
      // It takes four seconds to load, and more workers as long again.
      await manage("POST", "/models?url=slow.mar&initial_workers=1&synchronous=true");
      await manage("PUT", "/models/slow?min_worker=2&synchronous=true");
      await manage("PUT", "/models/beta?min_worker=0&synchronous=true");
      await later(10);
      await manage("PUT", "/models/beta?min_worker=1&synchronous=true");
      isAsking = false;
      await asking;
      assert.deepEqual([...statuses], [200]);
      // The longest windows but for the hour of the error ratio are 15 minutes: 90 seconds here.
      await later(95);
      assert.deepEqual(alerts(), []);
      const evaluated = await alerting.rules();
      assert.equal(evaluated.length, 15);
      assert.deepEqual(evaluated.filter(({ health }) => health !== "ok"), []);
      // A version that loads has no ready worker: that was seen of one at least, as scrapes fall, and did not last.
      const pending = 'count_over_time(ALERTS{alertname="TorchServeModelHealth", alertstate="pending"}[5m])';
      const loading = (await alerting.query(pending)).map(({ labels }) => labels["model_name"]);
      assert.ok(loading.includes("slow") || loading.includes("alpha"), loading.join());
      // All was there to be judged.
      for (
        const [expression, series] of [
          ["torchserve_inference_api_health == 0", 1],
          ["torchserve_inference_api_probe == 0", 1],
          ["torchserve_management_api_model_health == 0", 3],
          ["torchserve_management_api_model_workers_missing == 0", 3],
          ["sum(torchserve_openmetrics_inference_total) > 50", 1],
        ] as const
      ) assert.equal((await alerting.query(expression)).length, series, expression);
    });

    it("tell of a model that crashes over and over, whose server answers the ping, and when it is gone", async () => {
      await manage("POST", "/models?url=broken.mar&initial_workers=1&synchronous=false");
      const told = (status: "firing" | "resolved") =>
        alerts().find(({ labels, status: is }) => labels["alertname"] === "TorchServeModelHealth" && is === status);
      await until(() => told("firing") !== undefined, () => JSON.stringify(alerts()));
      const firing = told("firing");
      assert.ok(firing !== undefined);
      const { labels, annotations } = firing;
      assert.deepEqual(labels, {
        alertname: "TorchServeModelHealth",
        severity: "critical",
        job: "torchserve",
        instance: "127.0.0.1",
        team: "vision",
        model_name: "broken",
        model_version: "1.0",
      });
      assert.equal(annotations["summary"], "A model is unhealthy: broken 1.0 on 127.0.0.1");
      assert.match(
        annotations["description"] ?? "",
        /^Version 1\.0 of the model broken on 127\.0\.0\.1 cannot serve: /,
      );
      assert.equal(annotations["runbook_url"], "docs/monitors.md#a-model-is-unhealthy");
      assert.equal((await alerting.query("torchserve_inference_api_health == 0")).length, 1);
      assert.deepEqual(alerts().filter(({ labels: { model_name: name } }) => name !== "broken"), []);
      await manage("DELETE", "/models/broken");
      await until(() => told("resolved") !== undefined, () => JSON.stringify(alerts()));
    });
  });
});

/** Waits until something is so, at most two minutes. */
async function until(isSo: () => boolean, shown: () => string): Promise<void> {
  for (const deadline = Date.now() + 120_000; !isSo();) {
    if (Date.now() > deadline) throw new Error(`not within two minutes: ${shown()}`);
    await later(0.2);
  }
}
