/** What the doctor says of a real TorchServe in its broken states: the cause first, and nothing wrong of the rest. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { readConfig } from "../../plugin/config/mod.ts";
import { parseHost } from "../../plugin/discover/mod.ts";
import { examine, type Finding, type FindingId } from "../../plugin/doctor/mod.ts";
import { tlsPath } from "../contract/http_servers.ts";
import { BINARY } from "../support/plugin_process.ts";
import { freePorts } from "./free_ports.ts";
import { rsaCertificate } from "./peers/certificates.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

const HOW = { probeMs: 2_000, againMs: 2_500, timeoutMs: 28_000, procRoot: "/proc" } as const;

const ofFile = async (...instances: Record<string, unknown>[]): Promise<Finding[]> => {
  const file = await readConfig(JSON.stringify({ instances }), "conf.yaml");
  return await examine({ file }, { ...HOW, nowMs: Date.now() });
};
const ofHost = async ({ inferenceUrl, managementUrl, metricsUrl }: RealTorchServe): Promise<Finding[]> => {
  const ports = [...new Set([inferenceUrl, managementUrl, metricsUrl].map((url) => Number(new URL(url).port)))];
  return await examine({ host: parseHost("127.0.0.1"), ports }, { ...HOW, nowMs: Date.now() });
};
const instancesOf = ({ inferenceUrl, managementUrl, metricsUrl }: RealTorchServe, more: Record<string, unknown> = {}) =>
  [
    { inference_api_url: inferenceUrl, ...more },
    { management_api_url: managementUrl, ...more },
    { openmetrics_endpoint: metricsUrl },
  ] as const;

/** Asserts the first finding, and that nothing else is wrong. */
function assertFirst(findings: readonly Finding[], id: FindingId, message: RegExp, remedy: RegExp): void {
  const [first, ...others] = findings;
  const text = JSON.stringify(findings, undefined, 1);
  assert.equal(first?.id, id, text);
  assert.match(first.message, message);
  assert.match(first.remedy ?? "", remedy);
  assert.deepEqual(others.filter(({ level }) => level === "wrong"), [], text);
}

const post = (url: string): Promise<unknown> =>
  fetch(url, { method: "POST", body: "x" }).then((answer) => answer.text()).catch(() => "");

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Version {
  readonly workers: readonly { readonly pid: number; readonly status: string }[];
  readonly jobQueueStatus: { readonly remainingCapacity: number };
}

const versionOf = async ({ managementUrl }: RealTorchServe, model: string): Promise<Version> => {
  const [version] = await (await fetch(`${managementUrl}/models/${model}`)).json() as Version[];
  if (version === undefined) throw new Error(`${model} has no version`);
  return version;
};
const untilReady = (server: RealTorchServe, model: string) =>
  until(
    `${model} is ready`,
    async () => (await versionOf(server, model)).workers.every(({ status }) => status === "READY") || undefined,
  );

describe("the doctor, of models of a real TorchServe", () => {
  let server: RealTorchServe;
  before(async () => {
    server = await start(await prepare(), {
      models: ["alpha=alpha_v1.mar", "slow=slow.mar", "fails=fails.mar"],
      config: { job_queue_size: 3 },
    });
  });
  after(() => server.stop());

  it("finds nothing where nothing is wrong", async () => {
    for (const findings of [await ofFile(...instancesOf(server)), await ofHost(server)]) {
      assert.deepEqual(findings.filter(({ level }) => level !== "fine"), []);
      assert.ok(findings.some(({ message }) => message.includes("3 of 3 workers READY")), JSON.stringify(findings));
    }
  });

  it("finds predictions that fail, with the exception and its line", async () => {
    await post(`${server.inferenceUrl}/predictions/fails`);
    const findings = await ofFile(...instancesOf(server));
    assertFirst(
      findings,
      "predictions_fail",
      /^Predictions of model fails 1\.0 fail: ValueError: the input has no shape \(fails\.py, line 7\)$/,
      /handler/,
    );
    await fetch(`${server.managementUrl}/models/fails`, { method: "DELETE" });
  });

  it("finds a full queue, which answers as no workers do", async () => {
    let ended = false;
    const load = Promise.all(Array.from({ length: 8 }, async () => {
      while (!ended) await post(`${server.inferenceUrl}/predictions/slow`);
    }));
    try {
      await until(
        "the queue is full",
        async () => (await versionOf(server, "slow")).jobQueueStatus.remainingCapacity === 0 || undefined,
      );
      for (const findings of [await ofFile(...instancesOf(server)), await ofHost(server)]) {
        assertFirst(
          findings,
          "queue_full",
          /^The queue of model slow 1\.0 is full: 3 requests wait for 1 worker/,
          /workers/,
        );
      }
    } finally {
      ended = true;
      await load;
    }
  });

  it("finds a model without workers", async () => {
    await fetch(`${server.managementUrl}/models/slow?min_worker=0&max_worker=0&synchronous=true`, { method: "PUT" });
    for (const findings of [await ofFile(...instancesOf(server)), await ofHost(server)]) {
      assertFirst(
        findings,
        "no_workers",
        /^Model slow 1\.0 has no workers: predictions are refused with 503$/,
        /min_worker=1/,
      );
    }
    await fetch(`${server.managementUrl}/models/slow?min_worker=1&synchronous=true`, { method: "PUT" });
    await untilReady(server, "slow");
  });

  it("finds a worker that is killed again and again", async () => {
    const { workers: [first] } = await versionOf(server, "alpha");
    const killed = new Set<number>();
    for (let pid = first?.pid; killed.size < 3; pid = (await versionOf(server, "alpha")).workers[0]?.pid) {
      if (pid !== undefined && pid > 0 && !killed.has(pid)) {
        try {
          process.kill(pid, "SIGKILL");
          killed.add(pid);
        } catch {
          // It is gone already.
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    for (const findings of [await ofFile(...instancesOf(server)), await ofHost(server)]) {
      assertFirst(
        findings,
        "worker_killed",
        /^A worker of model alpha 1\.0 ends again and again without an exception, as by signal 9/,
        /memory/,
      );
    }
    await fetch(`${server.managementUrl}/models/alpha`, { method: "DELETE" });
  });

  for (
    const { model, exception } of [
      { model: "broken", exception: "RuntimeError: broken on load (broken.py, line 6)" },
      {
        model: "imports",
        exception: "ModuleNotFoundError: No module named 'package_that_is_not_there' (imports.py, line 3)",
      },
    ]
  ) {
    it(`finds the exception of the handler ${model}, and its line`, async () => {
      await post(`${server.managementUrl}/models?url=${model}.mar&initial_workers=1&synchronous=false`);
      const findings = await until("it raised", async () => {
        const found = await ofFile(...instancesOf(server));
        return found[0]?.id === "handler_raises" ? found : undefined;
      });
      assertFirst(findings, "handler_raises", /./, /register the archive/);
      assert.equal(findings[0]?.message, `Model ${model} 1.0 does not load: ${exception}`);
      assert.match(findings[0]?.evidence.join("\n") ?? "", /^Written in .*model_log\.log, line \d+\.$/m);
      await fetch(`${server.managementUrl}/models/${model}`, { method: "DELETE" });
    });
  }

  it("says that nothing runs where nothing listens", async () => {
    const [inference, management] = await freePorts(2);
    const findings = await ofFile(
      { inference_api_url: `http://127.0.0.1:${inference}` },
      { management_api_url: `http://127.0.0.1:${management}` },
    );
    // There is a TorchServe on this machine, so it says where.
    assertFirst(
      findings,
      "elsewhere",
      /^Nothing listens on 127\.0\.0\.1:\d+, 127\.0\.0\.1:\d+: TorchServe \(process \d+\) listens on /,
      /set the endpoints/,
    );
    await server.stop();
    const stopped = await ofFile(...instancesOf(server));
    assertFirst(stopped, "stopped", /^TorchServe is not running: nothing listens on /, /torchserve --start/);
  });
});

describe("the doctor, of the keys of a real TorchServe", () => {
  let server: RealTorchServe;
  let keyFile = "";
  before(async () => {
    server = await start(await prepare(), {
      tokenAuth: true,
      models: ["alpha=alpha_v1.mar"],
      config: { token_expiration_min: 0.5 },
    });
    keyFile = server.keyFile ?? "";
  });
  after(() => server.stop());

  it("finds a key of an earlier start, one that is missing, and a file that is not there", async () => {
    const old = join(server.directory, "old_key_file.json");
    writeFileSync(old, readFileSync(keyFile, "utf8").replace(/"key": "(.)(.)/g, '"key": "$2x$1'));
    const findings = await ofFile(...instancesOf(server, { token_key_file: old }));
    assertFirst(
      findings,
      "token_other",
      /which are of another start or of another server$/,
      new RegExp(`token_key_file: ${keyFile}`),
    );
    const missing = await ofFile(...instancesOf(server));
    assertFirst(missing, "token_missing", /wants a token/, new RegExp(`token_key_file: ${keyFile}`));
    const nowhere = await ofFile(...instancesOf(server, { token_key_file: `${keyFile}.bak` }));
    assertFirst(nowhere, "token_unreadable", /does not exist/, /./);
  });

  it("finds a key that has expired, and prints and ends none", async () => {
    const keys = readFileSync(keyFile, "utf8");
    const ends = [...keys.matchAll(/"expiration time": "([^"]+)"/g)].map(([, time = ""]) => Date.parse(time));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.max(...ends) - Date.now()) + 500));
    const findings = [
      await ofFile(...instancesOf(server, { token_key_file: keyFile, token_renew: true })),
      await ofHost(server),
    ];
    for (const one of findings) {
      assertFirst(one, "token_expired", /^TorchServe refuses the keys of .*: the time is over since /, /token_renew/);
    }
    assert.equal(readFileSync(keyFile, "utf8"), keys);
    for (const [, key = ""] of keys.matchAll(/"key": "([^"]+)"/g)) assert.ok(!JSON.stringify(findings).includes(key));
  });
});

describe("the doctor, of a real TorchServe that is set up otherwise", () => {
  const stops: (() => Promise<void> | void)[] = [];
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  const started = async (...options: Parameters<typeof start>[1][]): Promise<RealTorchServe> => {
    const server = await start(await prepare(), { models: ["alpha=alpha_v1.mar"], ...options[0] });
    stops.push(() => server.stop());
    return server;
  };

  it("finds that the metrics API is off", async () => {
    const server = await started({ config: { enable_metrics_api: "false" } });
    for (const findings of [await ofFile(...instancesOf(server)), await ofHost(server)]) {
      assertFirst(findings, "metrics_off", /enable_metrics_api=false/, /enable_metrics_api=true/);
    }
    await server.stop();
  });

  it("finds that metrics are in the logs, and logs that this user may not read", async () => {
    const server = await started({ metricsMode: "log" });
    const findings = await ofFile(...instancesOf(server));
    assertFirst(findings, "metrics_in_logs", /metrics_mode is log/, new RegExp(`metrics_log: ${server.logDirectory}`));
    // Users of host agents that are installed here may not enter the tests' own folders.
    const others = (await ofHost(server)).filter(({ level, id }) => level !== "fine" && id !== "agent_user");
    assert.deepEqual(others, []);
    // The folders above are another user's as well.
    chmodSync(server.directory, 0o755);
    chmodSync(server.logDirectory, 0o700);
    const folder = mkdtempSync(join(tmpdir(), "torchserve-check-doctor-"));
    stops.push(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o755);
    copyFileSync(BINARY.command[0] ?? "", join(folder, "torchserve-check"));
    chmodSync(join(folder, "torchserve-check"), 0o755);
    const { inferenceUrl, managementUrl } = server;
    writeFileSync(
      join(folder, "conf.yaml"),
      JSON.stringify({
        instances: [
          { inference_api_url: inferenceUrl },
          { management_api_url: managementUrl },
          { metrics_log: server.logDirectory },
        ],
      }),
    );
    const nobody = { uid: 65_534, gid: 65_534 };
    const { stdout, status } = spawnSync(join(folder, "torchserve-check"), ["doctor", "conf.yaml"], {
      cwd: folder,
      encoding: "utf8",
      ...nobody,
    });
    assert.equal(status, 1, stdout);
    assert.match(stdout, /^✗ The logs may not be read by this user: .*ts_metrics\.log/);
    assert.match(stdout.split("\n✗ ", 1)[0] ?? "", /What to do: let the user that runs the host agent read the file/);
    assert.ok(!stdout.includes("\n✗ "), stdout);
    await server.stop();
  });

  for (const tokenAuth of [false, true]) {
    it(`finds that both APIs have one address, ${tokenAuth ? "with" : "without"} tokens`, async () => {
      const server = await started({ tokenAuth, sharedAddress: true });
      const key = server.keyFile === undefined ? {} : { token_key_file: server.keyFile };
      const address = new URL(server.inferenceUrl).host.replaceAll(".", "\\.");
      for (const findings of [await ofFile(...instancesOf(server, key)), await ofHost(server)]) {
        assertFirst(findings, "shared_address", new RegExp(`have one address, ${address}`), /management_address=/);
      }
      await server.stop();
    });
  }

  it("finds that https is asked as http", async () => {
    const folder = mkdtempSync(join(tmpdir(), "torchserve-check-doctor-tls-"));
    stops.push(() => rmSync(folder, { recursive: true }));
    const tls = { ...await rsaCertificate(folder), authority: tlsPath("ca.crt") };
    const server = await started({ tls });
    const plain = (url: string) => url.replace("https:", "http:");
    const findings = await ofFile({ inference_api_url: plain(server.inferenceUrl) });
    assertFirst(findings, "tls", /speaks TLS, not plain HTTP$/, /set inference_api_url to https:/);
    await server.stop();
  });

  it("finds that the disk of the logs is full", async () => {
    const disk = mkdtempSync(join(tmpdir(), "torchserve-check-doctor-disk-"));
    assert.equal(spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]).status, 0, "needs root");
    stops.push(() => {
      spawnSync("umount", ["-l", disk]);
      rmSync(disk, { recursive: true, force: true });
    });
    const logDirectory = join(disk, "logs");
    mkdirSync(logDirectory);
    const server = await started({ metricsMode: "log", logDirectory });
    spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "filler")}`, "bs=64k"]);
    const { inferenceUrl, managementUrl } = server;
    const instances = [{ inference_api_url: inferenceUrl }, { management_api_url: managementUrl }, {
      metrics_log: logDirectory,
    }];
    for (const findings of [await ofFile(...instances), await ofHost(server)]) {
      assertFirst(
        findings,
        "logs_full",
        /^The disk of TorchServe's logs is full: 0 bytes of 4\.0 MiB are free in /,
        /make room/,
      );
    }
    await server.stop();
  });
});
