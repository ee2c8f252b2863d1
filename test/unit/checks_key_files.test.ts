import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkInference } from "../../plugin/checks/inference.ts";
import { checkManagement } from "../../plugin/checks/management/mod.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { ReportBuilder } from "../../plugin/report/builder.ts";
import { runCheck } from "../../plugin/run/mod.ts";
import { monotonicMs, OutOfTimeError } from "../../plugin/runtime/bounds.ts";
import { TargetError } from "../../plugin/torchserve/mod.ts";
import { readKeyFile } from "../../plugin/torchserve/tokens/key_file.ts";
import { KeyStore, withToken } from "../../plugin/torchserve/tokens/mod.ts";
import { configOf } from "../support/config.ts";
import { checkWith } from "../support/check.ts";
import { FakeHttp } from "../support/fake_http.ts";

const folder = mkdtempSync(join(tmpdir(), "torchserve-check-key-files-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const soon = () => ({ deadlineMs: monotonicMs() + 100 });
const keys = (key: string) =>
  JSON.stringify({ management: { key }, inference: { key }, API: { key: "for-the-token-api" } });

describe("a key file that is no plain file", () => {
  const pipe = join(folder, "pipe");
  before(() => execFileSync("mkfifo", [pipe]));

  it("ends as timeout where nobody writes to a pipe, and names it", async () => {
    await assert.rejects(readKeyFile(pipe, soon()), (thrown) => {
      assert.ok(thrown instanceof TargetError);
      assert.equal(thrown.code, "timeout");
      assert.equal(thrown.reason, "out_of_time");
      assert.ok(thrown.message.includes(pipe));
      return true;
    });
  });

  it("ends a whole run as timeout, with its health check", async () => {
    const result = await validateInstance({ inference_api_url: "http://127.0.0.1:9", token_key_file: pipe }, {});
    assert.ok(result.ok);
    const report = await runCheck({ config: result.config, issues: [], timeoutMs: 200, hostStartSeconds: 0 });
    assert.equal(report.error?.code, "timeout");
    assert.ok(report.error.message.includes(pipe));
    assert.deepEqual(report.service_checks.map(({ status }) => status), [2]);
  });

  it("lets a cancelled run go at once", async () => {
    const cancel = new AbortController();
    const reading = readKeyFile(pipe, { deadlineMs: Infinity, signal: cancel.signal });
    cancel.abort();
    await assert.rejects(reading, (thrown) => thrown instanceof OutOfTimeError && thrown.why === "cancelled");
  });

  it("is read through a pipe that somebody writes to", async () => {
    const reading = readKeyFile(pipe, { deadlineMs: monotonicMs() + 20_000 });
    execFileSync("sh", ["-c", 'cat > "$0"', pipe], { input: keys("through-a-pipe") });
    assert.equal((await reading).inference?.key, "through-a-pipe");
  });

  it("does not read a device without end", async () => {
    await assert.rejects(readKeyFile("/dev/zero", { deadlineMs: Infinity }), (thrown) => {
      assert.ok(thrown instanceof TargetError);
      assert.equal(thrown.code, "auth");
      assert.match(thrown.message, /has more than 65536 bytes.*no key_file\.json/);
      return true;
    });
  });
});

describe("KeyStore", () => {
  const path = join(folder, "key_file.json");
  before(() => writeFileSync(path, keys("k")));

  it("shares what is known of a file, and keeps it to itself", () => {
    const store = new KeyStore();
    assert.equal(store.file(path), store.file(path));
    assert.notEqual(store.file(path), new KeyStore().file(path));
  });

  it("drops the file that was wanted longest ago", () => {
    const store = new KeyStore();
    const first = store.file("0");
    const second = store.file("1");
    for (let i = 2; i < 1_000; i++) store.file(String(i));
    store.file("0");
    store.file("one more");
    assert.equal(store.file("0"), first);
    assert.notEqual(store.file("1"), second);
  });

  it("lends its files to the clients of runs", async () => {
    const config = await configOf("inference", { inference_api_url: "http://ts:8080", token_key_file: path });
    const plain = new FakeHttp({ "/ping": { status: "Healthy" } });
    const report = new ReportBuilder("ns", {});
    const http = withToken(plain, config, report, new KeyStore(), { deadlineMs: Infinity });
    assert.equal((await http.request({ url: "http://ts:8080/ping" })).status, 200);
    assert.deepEqual(plain.asked, ["/ping"]);
  });
});

describe("token authorization where inference and management have one address", () => {
  const path = join(folder, "shared.json");
  const refused = {
    status: 400,
    body: JSON.stringify({ code: 400, type: "InvalidKeyException", message: "Token Authorization failed." }),
  };
  const paths = { "/ping": {}, "/models": {}, "/metrics": {} };
  const pages = {
    "/ping": refused,
    "/models?limit=100": refused,
    "/": { info: { title: "TorchServe APIs", version: "0.12.0" }, paths },
  };
  const past = "2020-01-02T03:04:05Z";
  const run = async (kind: "inference" | "management", options: object, expires: string | undefined) => {
    const entry = { key: "a-key", ...(expires === undefined ? {} : { "expiration time": expires }) };
    writeFileSync(path, JSON.stringify({ management: entry, inference: entry, API: { key: "api-key" } }));
    const plain = new FakeHttp(pages);
    const instance = { [`${kind}_api_url`]: "http://ts:8080", ...options };
    const config = await configOf<"inference" | "management">(kind, instance);
    const http = withToken(plain, config, new ReportBuilder("ns", {}), new KeyStore(), { deadlineMs: Infinity });
    const report = kind === "inference"
      ? await checkWith(checkInference, instance, http)
      : await checkWith(checkManagement, instance, http);
    assert.equal(report.error?.code, "auth");
    assert.deepEqual(report.service_checks.map(({ status }) => status), [2]);
    assert.deepEqual(plain.asked.filter((asked) => asked.startsWith("/token")), [], "nobody's key is renewed");
    return report.error;
  };

  for (
    const [how, options, expires] of [
      ["without a key", {}, undefined],
      ["with a key", { token_key_file: path }, "2099-01-01T00:00:00Z"],
      ["with a key whose time is over", { token_key_file: path }, past],
      ["with a key to renew", { token_key_file: path, token_renew: true }, past],
    ] as const
  ) {
    it(`says that no key opens the management API, ${how}`, async () => {
      const { message, hint } = await run("management", options, expires);
      assert.match(message, /at one address: with token authorization, no key opens the management API there/);
      assert.match(hint ?? "", /a port each.*--disable-token-auth/);
      assert.doesNotMatch(`${message} ${hint}`, /token_renew|another server/);
    });
  }

  it("wants a key of an inference instance, which fits there", async () => {
    assert.match((await run("inference", {}, undefined)).hint ?? "", /set token_key_file/);
  });

  it("does not renew the key of an inference instance, and says why", async () => {
    const { message, hint } = await run("inference", { token_key_file: path, token_renew: true }, past);
    assert.match(message, /cannot be renewed: .* at one address, .*token API accepts no key there/);
    assert.match(hint ?? "", /restart TorchServe/);
  });
});
