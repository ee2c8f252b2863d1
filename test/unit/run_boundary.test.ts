import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { validateInstance } from "../../plugin/config/mod.ts";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Report } from "../../plugin/report/report.ts";
import { Instance, runCheck, runInstance } from "../../plugin/run/mod.ts";

const directory = mkdtempSync(join(tmpdir(), "run-boundary-"));
after(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string) => join(directory, name);

const KINDS = [
  [{ openmetrics_endpoint: "https://127.0.0.1:1/metrics" }, "openmetrics", "endpoint:https://127.0.0.1:1/metrics"],
  [{ inference_api_url: "https://127.0.0.1:1" }, "inference_api", "inference_api_url:https://127.0.0.1:1"],
  [{ management_api_url: "https://127.0.0.1:1" }, "management_api", "management_api_url:https://127.0.0.1:1"],
] as const;

async function run(instance: Record<string, unknown>, more: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const result = await validateInstance(instance, {});
  assert.ok(result.ok, JSON.stringify(result.issues));
  return await runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0, ...more });
}

/** It is an error with this code, and its one service check is a critical health check with the instance's tags. */
function assertDown(report: Report, code: string, name: string, tag: string): void {
  assert.equal(report.status, "error");
  assert.equal(report.error?.code, code, report.error?.message);
  const [health, ...others] = report.service_checks;
  assert.deepEqual(others, []);
  assert.equal(health?.name, `torchserve.${name}.health`);
  assert.equal(health?.status, 2);
  assert.deepEqual(health?.tags, ["team:a", tag]);
  assert.match(health?.message ?? "", /./);
}

describe("a run whose client cannot be made", () => {
  writeFileSync(at("not_a_certificate.pem"), "hello");
  for (const [endpoint, name, tag] of KINDS) {
    const instance = { ...endpoint, tags: ["team:a"] };
    it(`has the health check of ${name}: an unreadable authority`, async () => {
      for (const file of ["missing.pem", "not_a_certificate.pem"]) {
        assertDown(await run({ ...instance, tls_ca_cert: at(file) }), "config", name, tag);
      }
    });

    it(`has the health check of ${name}: no AWS credentials`, async () => {
      const saved = { ...process.env };
      for (const key of Object.keys(process.env)) if (key.startsWith("AWS_")) delete process.env[key];
      process.env["AWS_SHARED_CREDENTIALS_FILE"] = at("none");
      try {
        const aws = { auth_type: "aws", aws_region: "eu-west-1", aws_host: "h", aws_service: "s" };
        assertDown(await run({ ...instance, ...aws }), "config", name, tag);
      } finally {
        delete process.env["AWS_SHARED_CREDENTIALS_FILE"];
        Object.assign(process.env, saved);
      }
    });

    it(`has the health check of ${name}: a pipe without a writer in place of a file, at the deadline`, async () => {
      const pipe = at(`pipe-${name}`);
      execFileSync("mkfifo", [pipe]);
      for (const option of ["tls_ca_cert", "tls_cert"]) {
        assertDown(await run({ ...instance, [option]: pipe }, { timeoutMs: 200 }), "timeout", name, tag);
      }
      const reader = { type: "file", path: pipe };
      const auth_token = { reader, writer: { type: "header", name: "A", value: "<TOKEN>" } };
      assertDown(await run({ ...instance, auth_token }, { timeoutMs: 200 }), "timeout", name, tag);
    });

    it(`ends at once when the run of ${name} is cancelled while it waits for a file`, async () => {
      const pipe = at(`cancelled-${name}`);
      execFileSync("mkfifo", [pipe]);
      const controller = new AbortController();
      const running = run({ ...instance, tls_ca_cert: pipe }, { signal: controller.signal });
      controller.abort();
      await assert.rejects(running, { name: "AbortError" });
    });
  }

  it("has none with enable_health_service_check: false", async () => {
    const report = await run({ ...KINDS[0][0], tls_ca_cert: at("missing.pem"), enable_health_service_check: false });
    assert.deepEqual([report.status, report.service_checks], ["error", []]);
  });
});

describe("a run whose configuration is wrong", () => {
  for (const [endpoint, name, tag] of KINDS) {
    it(`has the health check of ${name} where the endpoint is right`, async () => {
      for (const wrong of [{ timeout: -1 }, { tls_cert: 5 }, { ignore_tags: ["("] }]) {
        const instance = { ...endpoint, tags: ["team:a"], ...wrong };
        const kept = new Instance("a", true, undefined);
        const run = { instance, initConfig: {}, text: JSON.stringify(instance), hostStartSeconds: 0 };
        const report = await runInstance(kept, run);
        if (report.error?.code !== "config") continue; // An option of another kind is a warning only.
        assertDown(report, "config", name, tag);
      }
    });
  }

  it("has none where nobody knows whose it would be", async () => {
    const report = await runInstance(new Instance("a", true, undefined), {
      instance: { limit: 1 },
      initConfig: {},
      text: "",
      hostStartSeconds: 0,
    });
    assert.deepEqual([report.error?.code, report.service_checks], ["config", []]);
  });
});

describe("a run whose target is down", () => {
  for (const [endpoint, name, tag] of KINDS) {
    it(`has one health check, of ${name}`, async () => {
      assertDown(await run({ ...endpoint, tags: ["team:a"] }), "connect", name, tag);
    });
  }
});

describe("the deadline of a run", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator({ models: [{ name: "alpha" }] });
  });
  after(() => emulator.close());

  it("does not move when the time of day steps by a minute", async () => {
    const fault = emulator.faults.add({ endpoint: "inference", delayMs: 300 });
    const now = Date.now;
    for (const stepMs of [60_000, -60_000]) {
      const running = run({ inference_api_url: emulator.inferenceUrl }, { timeoutMs: 30_000 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      Date.now = () => now() + stepMs;
      try {
        const { status, error } = await running;
        assert.equal(status, "ok", error?.message);
      } finally {
        Date.now = now;
      }
    }
    fault();
  });
});
