import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { Shared } from "../../plugin/run/shared.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import type { Report, State } from "../../plugin/report/report.ts";
import { prepare, readKeys, type RealTorchServe, start } from "./torchserve.ts";

/** How long a key is good for; TorchServe takes fractions of its minutes. */
const LIFE_SECONDS = 12;
/** What the runs of a session share, the key files among it. */
const shared = new Shared();

const run = async (instance: Record<string, unknown>, state?: State): Promise<Report> => {
  const result = await validateInstance({ timeout: 5, ...instance }, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return await runCheck({ config: result.config, issues: result.issues, shared, hostStartSeconds: 0, state });
};
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1_000));
/** When the keys of a file end, in milliseconds since the epoch. */
const ends = (keyFile: string) => {
  const content: Record<string, { "expiration time"?: string }> = JSON.parse(readFileSync(keyFile, "utf8"));
  return ["inference", "management"].map((api) => Date.parse(content[api]?.["expiration time"] ?? ""));
};
const untilExpired = (keyFile: string) => seconds(Math.max(0, Math.max(...ends(keyFile)) - Date.now()) / 1_000 + 0.3);

describe("the keys of a real TorchServe as installed", () => {
  let server: RealTorchServe;
  let keyFile: string;
  const used = new Set<string>();
  const check = async (more: Record<string, unknown> = {}): Promise<[inference: Report, management: Report]> => {
    const reports = await Promise.all([
      run({ inference_api_url: server.inferenceUrl, token_key_file: keyFile, ...more }),
      run({ management_api_url: server.managementUrl, token_key_file: keyFile, ...more }),
    ]);
    const { management, inference, api } = readKeys(keyFile);
    for (const key of [management, inference, api]) used.add(key);
    const text = JSON.stringify(reports);
    for (const key of used) assert.ok(!text.includes(key), "a key is in a report");
    return reports;
  };
  const errors = (reports: readonly Report[]) => reports.map(({ status, error }) => error?.message ?? status);

  before(async () => {
    server = await start(await prepare(), {
      tokenAuth: true,
      metricsMode: "log",
      config: { token_expiration_min: LIFE_SECONDS / 60 },
    });
    keyFile = server.keyFile ?? "";
  });
  after(() => server.stop());

  it("give no view without token_key_file, and the report says what to set", async () => {
    const { error } = await run({ management_api_url: server.managementUrl });
    assert.equal(error?.code, "auth");
    assert.match(error?.hint ?? "", /token_key_file/);
  });

  it("are renewed through two expiries with token_renew, each API its own", async () => {
    // TorchServe needed some of the first life to start.
    await untilExpired(keyFile);
    const more = { token_renew: true, token_api_url: server.managementUrl };
    for (let expiry = 1; expiry <= 2; expiry++) {
      assert.deepEqual(errors(await check(more)), ["ok", "ok"], `expiry ${expiry}`);
      const keys = readKeys(keyFile);
      assert.deepEqual(errors(await check(more)), ["ok", "ok"]);
      assert.deepEqual(readKeys(keyFile), keys, "no renewal while the keys are fresh");
      await untilExpired(keyFile);
    }
  });

  it("are renewed before they end, when runs come often enough", async () => {
    const more = { token_renew: true, token_api_url: server.managementUrl };
    await check(more);
    const first = readKeys(keyFile);
    const end = Math.min(...ends(keyFile));
    await seconds(Math.max(0, (end - Date.now()) / 1_000 - LIFE_SECONDS / 10));
    assert.deepEqual(errors(await check(more)), ["ok", "ok"]);
    assert.ok(Date.now() < end, "before the end");
    const second = readKeys(keyFile);
    assert.notEqual(second.management, first.management);
    assert.notEqual(second.inference, first.inference);
    assert.equal(second.api, first.api);
  });

  it("that another client renews are followed", async () => {
    const { api } = readKeys(keyFile);
    for (const type of ["inference", "management"]) {
      const headers = { authorization: `Bearer ${api}` };
      await (await fetch(`${server.managementUrl}/token?type=${type}`, { headers })).body?.cancel();
    }
    assert.deepEqual(errors(await check()), ["ok", "ok"]);
  });

  it("give a clear message once they are expired, without token_renew", async () => {
    await untilExpired(keyFile);
    for (const { error, service_checks: [health] } of await check()) {
      assert.equal(error?.code, "auth");
      assert.match(
        error?.message ?? "",
        /^token expired at \d{4}-\d\d-\d\dT[\d:]+Z: set token_renew or restart TorchServe$/,
      );
      assert.equal(health?.status, 2);
    }
  });

  it("are told from those of a server that is gone", async () => {
    await server.stop();
    for (
      const { error } of await Promise.all([
        run({ inference_api_url: server.inferenceUrl, token_key_file: keyFile }),
        run({ management_api_url: server.managementUrl, token_key_file: keyFile }),
      ])
    ) assert.equal(error?.code, "connect");
  });
});
