import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { PLUGINS } from "../support/plugin_process.ts";
import { Host, peakMiB } from "./host.ts";

const directory = mkdtempSync(join(tmpdir(), "torchserve-check-files-"));
after(() => rmSync(directory, { recursive: true, force: true }));
/** A named pipe that nobody writes to: reading it ends never. */
const PIPE = join(directory, "pipe");
execFileSync("mkfifo", [PIPE]);
/** A file of that name is looked for in a directory: `/ts_metrics.log`. */
const LOGS = join(directory, "logs");
execFileSync("mkdir", [LOGS]);
execFileSync("mkfifo", [join(LOGS, "ts_metrics.log"), join(LOGS, "model_metrics.log")]);
const CERTIFICATE = join(directory, "certificate.pem");
execFileSync(
  "openssl",
  [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    join(directory, "key.pem"),
    "-out",
    CERTIFICATE,
    "-days",
    "2",
    "-subj",
    "/CN=test",
  ],
  { stdio: "ignore" },
);
writeFileSync(join(directory, "empty"), "");

const TIMEOUT_MS = 700;
/** What a busy machine may take on top of it, in milliseconds: the bound tells a reply from a hang, nothing else. */
const BUSY_MS = 15_000;
/** A process that holds what it reads without end would be far above it, in MiB. */
const MAX_PEAK_MIB = 300;

const inference = (more: object) => ({ inference_api_url: "https://127.0.0.1:1", ...more });
const tokenOf = (reader: object) => ({
  auth_token: { reader, writer: { type: "header", name: "A", value: "<TOKEN>" } },
});
const dcos = (path: string) => ({
  type: "dcos_auth",
  login_url: "https://127.0.0.1:1/login",
  service_account: "a",
  private_key_path: path,
});

/** Instances that name a file. */
const INSTANCES: Readonly<Record<string, (path: string) => Record<string, unknown>>> = {
  "the auth_token file": (path) => inference(tokenOf({ type: "file", path })),
  "the DC/OS key": (path) => inference(tokenOf(dcos(path))),
  tls_ca_cert: (path) => inference({ tls_ca_cert: path }),
  tls_cert: (path) => inference({ tls_cert: path }),
  tls_private_key: (path) => inference({ tls_cert: CERTIFICATE, tls_private_key: path }),
  token_key_file: (path) => inference({ token_key_file: path }),
  "the body of a probe": (path) => inference({ inference_probe: { model: "m", body_file: path } }),
};

for (const plugin of PLUGINS) {
  describe(`${plugin.name}, with a file that never ends in place of a file`, () => {
    for (const [what, instanceOf] of Object.entries(INSTANCES)) {
      it(`replies in time for a pipe, and with little memory for a device: ${what}`, async () => {
        const host = new Host(plugin);
        for (const path of [PIPE, "/dev/zero"]) {
          const { report, ms } = await host.timedRun({ instance: instanceOf(path), timeout_ms: TIMEOUT_MS });
          assert.equal(report.status, "error", path);
          assert.ok(ms < TIMEOUT_MS + BUSY_MS, `${ms} ms`);
          assert.deepEqual(report.service_checks.filter(({ name }) => name.endsWith(".health")).map((c) => c.status), [
            2,
          ]);
        }
        assert.ok(peakMiB(host.pid) < MAX_PEAK_MIB, `${peakMiB(host.pid)} MiB`);
        // What was left behind holds nothing up.
        const next = await host.run({ instance: { inference_api_url: "http://127.0.0.1:1" }, timeout_ms: 10_000 });
        assert.equal(next.error?.code, "connect");
        assert.deepEqual(await host.finish(), { status: 0, signal: null });
      });
    }

    it("replies in time for pipes in place of logs", async () => {
      const host = new Host(plugin);
      const { report, ms } = await host.timedRun({ instance: { metrics_log: LOGS }, timeout_ms: TIMEOUT_MS });
      assert.equal(report.status, "error");
      assert.ok(ms < TIMEOUT_MS + BUSY_MS, `${ms} ms`);
      assert.equal(report.service_checks[0]?.status, 2);
      assert.deepEqual(await host.finish(), { status: 0, signal: null });
    });

    it("ends at $/cancel, and at SIGTERM when the run's time is up", async () => {
      const host = new Host(plugin);
      for (const instanceOf of Object.values(INSTANCES).slice(0, 6)) {
        const { id, reply } = host.send("check/run", { instance: instanceOf(PIPE), timeout_ms: 60_000 });
        await new Promise((resolve) => setTimeout(resolve, 50));
        host.write(`${JSON.stringify({ jsonrpc: "2.0", method: "$/cancel", params: { id } })}\n`);
        assert.match(JSON.stringify(await reply), /-32800|"code":"connect"/);
      }
      const { reply } = host.send("check/run", { instance: inference({ tls_ca_cert: PIPE }), timeout_ms: TIMEOUT_MS });
      await new Promise((resolve) => setTimeout(resolve, 100));
      host.signal("SIGTERM");
      assert.match(JSON.stringify(await reply), /"code":"timeout"/);
      assert.deepEqual(await host.ended, { status: 0, signal: null });
    });
  });
}
