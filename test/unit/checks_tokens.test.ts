import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { Shared } from "../../plugin/run/shared.ts";
import { notPermitted } from "../../plugin/torchserve/tokens/key_file.ts";
import { tokenApiAddress } from "../../plugin/torchserve/tokens/key_renewal.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Report } from "../../plugin/report/report.ts";

const root = mkdtempSync(join(tmpdir(), "torchserve-check-tokens-"));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
let emulator: Emulator;
let directory: string;
let keyFile: string;
/** What the runs of a session share, the key files among it. */
const shared = new Shared();
/** The emulator's clock runs ahead of this machine's by so much. */
let aheadMs = 0;

const start = async (expirationMinutes = 60) => {
  directory = join(root, String(folders++));
  mkdirSync(directory);
  aheadMs = 0;
  emulator = await startEmulator({
    tokenAuth: { directory, expirationMinutes },
    metricTimeInterval: 0,
    models: [{ name: "alpha" }, { name: "token1" }],
    now: () => Date.now() + aheadMs,
  });
  keyFile = emulator.keyFile ?? "";
};
const configOf = async (instance: Record<string, unknown>) => {
  const result = await validateInstance(instance, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result;
};
const run = async (instance: Record<string, unknown>): Promise<Report> => {
  const { config, issues } = await configOf(instance);
  const report = await runCheck({ config, issues, shared, hostStartSeconds: 0 });
  const text = JSON.stringify(report);
  for (const key of keysEver) assert.ok(!text.includes(key), "a key is in the report");
  return report;
};
const keysEver = new Set<string>();
const rememberKeys = () => {
  const { management, inference, api } = emulator.keys ?? { management: "", inference: "", api: "" };
  for (const key of [management, inference, api]) keysEver.add(key);
};
const ping = (more: object = {}) => run({ inference_api_url: emulator.inferenceUrl, token_key_file: keyFile, ...more });
const crawl = (more: object = {}) =>
  run({ management_api_url: emulator.managementUrl, token_key_file: keyFile, ...more });
const asked = (path: string) => emulator.requests.log.filter(({ target }) => target.startsWith(path)).length;
/** Changes what the file says, as text. */
const rewrite = (change: (content: Record<string, Record<string, string>>) => void) => {
  const content = JSON.parse(readFileSync(keyFile, "utf8"));
  change(content);
  writeFileSync(keyFile, JSON.stringify(content));
  const seconds = (Date.now() + aheadMs) / 1_000;
  utimesSync(keyFile, seconds, seconds);
};
const past = "2020-01-02T03:04:05.123456789Z";
const endAt = (api: string, time: string) =>
  rewrite((content) => {
    const entry = content[api];
    if (entry !== undefined) entry["expiration time"] = time;
  });

describe("token_key_file", () => {
  beforeEach(async () => {
    await start();
    rememberKeys();
  });
  afterEach(() => emulator.close());

  it("opens the inference and the management API", async () => {
    for (const report of [await ping(), await crawl()]) {
      assert.equal(report.error, undefined);
      assert.equal(report.status, "ok");
      assert.equal(report.service_checks[0]?.status, 0);
    }
  });

  it("describes a model whose name TorchServe takes for its token API", async () => {
    const report = await crawl();
    assert.deepEqual(report.warnings, []);
    assert.ok(report.metrics.some(({ tags }) => tags.includes("model_name:token1")));
  });

  it("is read again when the server has rewritten it", async () => {
    await ping();
    await fetch(`${emulator.managementUrl}/token?type=inference`, {
      headers: { authorization: `Bearer ${emulator.keys?.api}` },
    });
    rememberKeys();
    const before = asked("/ping");
    assert.equal((await ping()).status, "ok");
    assert.equal(asked("/ping") - before, 1, "the new key was known before the request");
  });

  it("is read again when a request is refused, though the file looks unchanged", async () => {
    const old = readFileSync(keyFile, "utf8");
    const time = new Date(1_700_000_000_000);
    utimesSync(keyFile, time, time);
    await ping();
    await fetch(`${emulator.managementUrl}/token?type=inference`, {
      headers: { authorization: `Bearer ${emulator.keys?.api}` },
    });
    rememberKeys();
    assert.notEqual(readFileSync(keyFile, "utf8"), old);
    utimesSync(keyFile, time, time);
    const before = asked("/ping");
    assert.equal((await ping()).status, "ok");
    assert.equal(asked("/ping") - before, 2, "refused once, sent again once");
  });

  it("is waited for while it is half-written", async () => {
    const whole = readFileSync(keyFile, "utf8");
    writeFileSync(keyFile, whole.slice(0, 60));
    setTimeout(() => appendFileSync(keyFile, whole.slice(60)), 50);
    assert.equal((await ping()).status, "ok");
  });

  const broken: readonly (readonly [name: string, change: () => void, message: RegExp, hint: RegExp, code?: string])[] =
    [
      ["that is missing", () => rmSync(keyFile), /does not exist/, /check that it runs/],
      ["that is empty", () => writeFileSync(keyFile, ""), /is empty/, /restarted/],
      ["that is cut", () => writeFileSync(keyFile, '{"management": {"key": "abc'), /is not JSON/, /half-written/],
      ["that holds no object", () => writeFileSync(keyFile, "[1]"), /holds no keys|no inference key/, /key_file\.json/],
      ["without this key", () => rewrite((c) => delete c["inference"]), /has no inference key/, /whole key_file/],
      [
        "with a key that no header can carry",
        () =>
          rewrite((c) => {
            c["inference"] = { key: "a\nb" };
          }),
        /has no inference key/,
        /whole key_file/,
      ],
      ["that is large", () => writeFileSync(keyFile, " ".repeat(70_000)), /70000 bytes/, /key_file\.json/],
      [
        "of another server",
        () =>
          rewrite((c) => {
            c["inference"] = { key: "AAAAAAAA", "expiration time": "2099-01-01T00:00:00Z" };
          }),
        /\/ping does not accept the inference key of .*good until 2099-01-01T00:00:00Z/,
        /another server/,
      ],
      [
        "that is a folder",
        () => {
          rmSync(keyFile);
          mkdirSync(keyFile);
        },
        /is not a file/,
        /key_file\.json/,
        "config",
      ],
      [
        "in a folder that is missing",
        () => keyFile = join(directory, "none", "key_file.json"),
        /there is no .*none/,
        /key_file/,
        "config",
      ],
    ];
  for (const [name, change, message, hint, code = "auth"] of broken) {
    it(`${name} is told apart`, async () => {
      change();
      const report = await ping();
      assert.equal(report.error?.code, code);
      assert.match(report.error?.message ?? "", message);
      assert.match(report.error?.hint ?? "", hint);
      assert.equal(report.service_checks[0]?.status, 2);
    });
  }

  it("that is expired gives the time and both remedies", async () => {
    emulator.expireKeys();
    endAt("inference", past);
    const report = await ping();
    assert.equal(report.error?.code, "auth");
    assert.equal(
      report.error?.message,
      "token expired at 2020-01-02T03:04:05Z: set token_renew or restart TorchServe",
    );
    assert.equal(asked("/token"), 0);
  });

  it("is believed by the server's clock, not by ours", async () => {
    endAt("inference", past);
    assert.equal((await ping()).status, "ok");
  });

  it("warns before the key expires", async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    endAt("inference", soon);
    const report = await ping();
    assert.equal(report.status, "ok");
    assert.match(
      report.warnings[0]?.message ?? "",
      /^token expires at \d{4}-.*: set token_renew or restart TorchServe$/,
    );
  });

  it("may be missing when the server wants no token", async () => {
    await emulator.close();
    emulator = await startEmulator({ metricTimeInterval: 0 });
    rmSync(keyFile);
    const report = await ping();
    assert.equal(report.status, "ok");
    assert.match(report.warnings[0]?.message ?? "", /does not exist; .* wants no token/);
  });

  for (
    const [name, more] of [
      ["extra_headers", { extra_headers: { authorization: "Bearer x" } }],
      ["headers", { headers: { AUTHORIZATION: "Bearer x" } }],
      ["username", { username: "a", password: "b" }],
    ] as const
  ) {
    it(`has no place beside ${name}, and the report says so`, async () => {
      const report = await ping(more);
      assert.equal(report.error?.code, "auth");
      assert.match(report.warnings[0]?.message ?? "", new RegExp(`token_key_file has no effect: ${name} sets`));
    });
  }
});

describe("token_renew", () => {
  beforeEach(async () => {
    await start();
    rememberKeys();
  });
  afterEach(() => emulator.close());

  it("has the key renewed after it has expired, by a management instance", async () => {
    emulator.expireKeys();
    endAt("management", past);
    const inference = emulator.keys?.inference;
    const report = await crawl({ token_renew: true });
    rememberKeys();
    assert.equal(report.error, undefined);
    assert.equal(report.status, "ok");
    assert.equal(asked("/token"), 1);
    assert.equal(emulator.keys?.inference, inference, "the other API's key stays");
  });

  it("has the key renewed by an inference instance that knows token_api_url", async () => {
    emulator.expireKeys();
    endAt("inference", past);
    const report = await ping({ token_renew: true, token_api_url: emulator.managementUrl });
    rememberKeys();
    assert.equal(report.status, "ok");
    assert.equal(asked("/token"), 1);
  });

  it("asks an inference instance on another port for token_api_url", async () => {
    emulator.expireKeys();
    endAt("inference", past);
    const report = await ping({ token_renew: true });
    assert.match(report.error?.message ?? "", /^token expired at .* and was not renewed: the address/);
    assert.match(report.error?.hint ?? "", /token_api_url/);
  });

  it("renews while a fifth of the life is left, and not before", async () => {
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    for (const [minutes, times] of [[13, 0], [11, 1]] as const) {
      endAt("inference", inMinutes(60));
      endAt("management", inMinutes(minutes));
      assert.equal((await crawl({ token_renew: true })).status, "ok");
      rememberKeys();
      assert.equal(asked("/token"), times, `${minutes} minutes before the end`);
    }
  });

  it("renews once for runs at the same time, and each API its own key", async () => {
    emulator.expireKeys();
    endAt("inference", past);
    endAt("management", past);
    const more = { token_renew: true, token_api_url: emulator.managementUrl };
    const reports = await Promise.all([ping(more), crawl(more), ping(more), crawl(more), ping(more), crawl(more)]);
    rememberKeys();
    assert.deepEqual(reports.map(({ status }) => status), Array(6).fill("ok"));
    assert.equal(asked("/token"), 2);
    await Promise.all([ping(more), crawl(more)]);
    assert.equal(asked("/token"), 2);
  });

  it("says that the file is a copy, and does not renew again and again", async () => {
    emulator.expireKeys();
    endAt("management", past);
    const copy = join(directory, "copy.json");
    writeFileSync(copy, readFileSync(keyFile));
    for (let i = 0; i < 2; i++) {
      const report = await crawl({ token_renew: true, token_key_file: copy });
      rememberKeys();
      assert.match(report.error?.message ?? "", /was not renewed: .*it is a copy/);
    }
    assert.equal(asked("/token"), 1);
  });

  it("says when the API key is another server's", async () => {
    emulator.expireKeys();
    endAt("management", past);
    rewrite((content) => {
      content["API"] = { key: "AAAAAAAA" };
    });
    const report = await crawl({ token_renew: true });
    assert.match(report.error?.message ?? "", /did not accept the API key/);
    assert.match(report.error?.hint ?? "", /another server/);
  });

  it("says when there is no API key", async () => {
    emulator.expireKeys();
    endAt("management", past);
    rewrite((content) => delete content["API"]);
    assert.match((await crawl({ token_renew: true })).error?.message ?? "", /no key of the token API/);
  });

  it("goes on with a key that is still good when there is no new one", async () => {
    endAt("management", new Date(Date.now() + 60_000).toISOString());
    emulator.faults.add({ endpoint: "management", path: /\/token/, status: 503 });
    const report = await crawl({ token_renew: true });
    assert.equal(report.status, "ok");
    assert.match(report.warnings[0]?.message ?? "", /^token expires at .*answered 503/);
  });

  it("has a key renewed that two renewals at once have left out of the file", async () => {
    const old = readFileSync(keyFile);
    await fetch(`${emulator.managementUrl}/token?type=management`, {
      headers: { authorization: `Bearer ${emulator.keys?.api}` },
    });
    rememberKeys();
    writeFileSync(keyFile, old);
    assert.match((await crawl()).error?.message ?? "", /does not accept the management key/);
    const report = await crawl({ token_renew: true });
    rememberKeys();
    assert.equal(report.status, "ok");
    assert.equal(asked("/token"), 2);
  });

  it("asks again when an old key is written over the new one", async () => {
    endAt("management", past);
    emulator.expireKeys();
    const old = readFileSync(keyFile);
    emulator.faults.add({ endpoint: "management", path: /\/token/, delayMs: 40, times: 1 });
    const report = crawl({ token_renew: true });
    while (readFileSync(keyFile).equals(old)) await new Promise((resolve) => setTimeout(resolve, 2));
    rememberKeys();
    writeFileSync(keyFile, old);
    assert.equal((await report).status, "ok");
    rememberKeys();
    assert.equal(asked("/token"), 2);
  });

  it("renews nothing at the address of another API", async () => {
    const report = await run({
      inference_api_url: emulator.managementUrl,
      token_key_file: keyFile,
      token_renew: true,
      token_api_url: emulator.managementUrl,
    });
    assert.match(report.error?.message ?? "", /is TorchServe's management API, not its inference API/);
    assert.equal(asked("/token"), 0);
  });

  it("lets other clients renew, and follows them", async () => {
    await crawl({ token_renew: true });
    for (let i = 0; i < 3; i++) {
      await fetch(`${emulator.managementUrl}/token?type=management`, {
        headers: { authorization: `Bearer ${emulator.keys?.api}` },
      });
      rememberKeys();
      assert.equal((await crawl({ token_renew: true })).status, "ok");
    }
    assert.equal(asked("/token"), 3);
  });
});

describe("tokenApiAddress()", () => {
  const cases = [
    ["management", "http://ts:9000/base", undefined, { url: "http://ts:9000/base", guessed: false }],
    ["inference", "http://ts:9000", "http://ts:9001", { url: "http://ts:9001", guessed: false }],
    ["management", "http://ts:9000", "http://ts:9001", { url: "http://ts:9001", guessed: false }],
    ["inference", "https://[::1]:8080", undefined, { url: "https://[::1]:8081/", guessed: true }],
    ["inference", "http://ts:9000", undefined, undefined],
    ["inference", "http://ts", undefined, undefined],
    ["inference", "http://ts:8080/base", undefined, undefined],
  ] as const;
  for (const [api, url, configured, expected] of cases) {
    it(`of ${api} at ${url}${configured === undefined ? "" : ` with ${configured}`}`, () => {
      assert.deepEqual(tokenApiAddress(api, url, configured), expected);
    });
  }
});

describe("a key file that may not be read", () => {
  it("is described with its owner and mode", () => {
    const [message, hint] = notPermitted("/srv/key_file.json", { uid: 1000, gid: 100, mode: 0o100600 }, 998);
    assert.equal(
      message,
      "token_key_file /srv/key_file.json may not be read by this process (user 998): it belongs to user 1000, " +
        "group 100, mode 0600",
    );
    assert.match(hint, /as TorchServe's user/);
  });
});
