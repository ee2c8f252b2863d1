import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { type Side, SIDES } from "./sides.ts";
import { compareWithAgent, type TorchServeUrls } from "./torchserve_comparison.ts";

const FIXTURES = new URL("../../../shared/fixtures/torchserve-0.12.0/", import.meta.url);
const skip = existsSync(FIXTURES) ? false : "the recorded answers (../shared/fixtures) are not here";

/** Recorded answers by resource; a `.http` file has status line and headers. */
type Table = Readonly<Record<string, string>>;

const HEALTHY: Table = {
  "/metrics": "openmetrics/metrics_prometheus_mode.http",
  "/ping": "inference/ping_healthy.http",
  "/models?limit=100": "management/models.json",
  "/models/alpha/all": "management/models_alpha_all.json",
  "/models/beta/all": "management/models_beta_all.json",
};
/** Two pages; most of the models answer 404. */
const MANY_MODELS: Table = {
  ...HEALTHY,
  "/models?limit=100": "management/models_105_page_1.json",
  "/models?limit=100&next_page_token=100": "management/models_105_page_2.json",
};
const TOKEN_AUTHORIZATION: Table = {
  "/metrics": "openmetrics/metrics_log_mode_empty.http",
  "/ping": "token-auth/ping_no_token.http",
  "/models?limit=100": "token-auth/management_no_token.http",
};

function read(name: string): { status: number; contentType: string; body: string } {
  const text = readFileSync(new URL(name, FIXTURES), "utf8");
  if (!name.endsWith(".http")) return { status: 200, contentType: "application/json", body: text };
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/);
  const contentType = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? "";
  return { status: Number(head.split(" ")[1]), contentType, body: rest.join("\n\n") };
}

for (const [what, startOurs] of SIDES) {
  describe(`on TorchServe 0.12.0's recorded answers ${what} what the Agent's checks do`, { skip }, () => {
    let ours: Side;
    let server: Server;
    let table: Table = HEALTHY;
    let urls: Required<TorchServeUrls>;

    before(async () => {
      ours = await startOurs();
      const notFound = "management/model_not_found.http";
      server = createServer((request, response) => {
        const { status, contentType, body } = read(table[request.url ?? ""] ?? notFound);
        response.writeHead(status, { "content-type": contentType }).end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      urls = { metrics: `${base}/metrics`, inference: base, management: base };
    });
    after(async () => {
      server?.close();
      await ours?.close?.();
    });

    it("metrics, health and models, over two runs", { timeout: 60_000 }, async () => {
      table = HEALTHY;
      const { metrics, inference, management } = await compareWithAgent(urls, { ours, instance: { tags: ["team:a"] } });
      assert.deepEqual([metrics?.differences, inference?.differences, management?.differences], [[], [], []]);
      assert.ok((metrics?.submissions ?? 0) > 40 && (management?.submissions ?? 0) > 60);
    });

    it("two pages of models, with models that cannot be described, then two models: their events", {
      timeout: 60_000,
    }, async () => {
      table = MANY_MODELS;
      const { management } = await compareWithAgent({ management: urls.management }, {
        ours,
        between: () => Promise.resolve(void (table = HEALTHY)),
      });
      assert.deepEqual(management?.differences, []);
      assert.ok((management?.submissions ?? 0) > 103);
    });

    it("a server as installed: all as the Agent's, but health of an empty page", { timeout: 60_000 }, async () => {
      table = TOKEN_AUTHORIZATION;
      const { metrics, inference, management } = await compareWithAgent(urls, { ours });
      assert.deepEqual([inference?.differences, management?.differences], [[], []]);
      assert.equal(metrics?.differences.length, 4);
      for (const line of metrics?.differences ?? []) {
        assert.match(line, /service check torchserve\.openmetrics\.health/);
      }
    });
  });
}
