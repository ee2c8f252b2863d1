import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import process from "node:process";
import { after, describe, it } from "node:test";
import { parseListening } from "../../plugin/discover/listening.ts";
import { type LocalServer, localServer } from "../../plugin/discover/local_server.ts";
import { findProcesses, type TorchServeProcess } from "../../plugin/discover/processes.ts";
import { parseProperties, ServerSettings } from "../../plugin/torchserve/settings.ts";
import { fakeProc, type FakeProcess, Scratch } from "./discover_support.ts";

const scratch = new Scratch();
after(() => scratch.remove());
let count = 0;

const KEYS = JSON.stringify({
  management: { key: "secretM", "expiration time": "2099-01-01T00:00:00.000000001Z" },
  inference: { key: "secretI", "expiration time": "2099-01-01T00:00:00.000000001Z" },
  API: { key: "secretA" },
});

async function processesOf(...fakes: FakeProcess[]): Promise<readonly TorchServeProcess[]> {
  const found = await findProcesses(fakeProc(scratch, `proc${count++}`, fakes));
  return "problem" in found ? assert.fail(found.problem) : found.processes;
}

async function serverOf(fake: FakeProcess): Promise<LocalServer> {
  const [first] = await processesOf(fake);
  return first === undefined ? assert.fail("no process was found") : await localServer(first);
}

/** A directory that a TorchServe was started in. */
function started(files: Record<string, string> = { "key_file.json": KEYS, "logs/ts_metrics.log": "" }): string {
  const name = `started${count++}`;
  for (const [path, text] of Object.entries(files)) scratch.file(`${name}/${path}`, text);
  return scratch.folder(name);
}

describe("findProcesses()", () => {
  it("finds TorchServe among others, with what it may know of it", async () => {
    const directory = started();
    const [found, ...more] = await processesOf(
      { pid: 7, directory, vmOptions: ["-Xmx1g"], args: ["--python", "py"], listening: ["127.0.0.1:8080"] },
    );
    assert.equal(more.length, 0);
    assert.deepEqual(found?.vmOptions, ["-Xmx1g", "-cp", ".:/ts/*"]);
    assert.deepEqual(found?.args, ["--python", "py", ""]);
    assert.equal(found?.directory, directory);
    assert.equal(found?.uid, process.getuid?.());
    assert.deepEqual(found?.listening, [{ address: "127.0.0.1", port: 8080, inode: "700" }]);
    assert.equal(found?.isContained, false);
  });

  it("takes nothing from the environment but what it needs", async () => {
    const [found] = await processesOf({ pid: 7, directory: started(), environment: { METRICS_LOCATION: "/m" } });
    assert.deepEqual([...found?.environment ?? []], [["METRICS_LOCATION", "/m"]]);
    assert.ok(!JSON.stringify(found).includes("hunter2"));
  });

  it("passes over programs that only name the class", async () => {
    const root = fakeProc(scratch, "names", []);
    scratch.file("names/8/cmdline", "pgrep\0-f\0org.pytorch.serve.ModelServer\0");
    scratch.file("names/9/cmdline", "");
    assert.deepEqual(await findProcesses(root), { processes: [] });
  });

  it("says why where there is no such file system", async () => {
    const found = await findProcesses(`${scratch.path}/absent`);
    assert.match("problem" in found ? found.problem : "", /absent cannot be read/);
  });

  it("does not take the sockets of another network for this machine's", async () => {
    const [found] = await processesOf({
      pid: 7,
      directory: started(),
      listening: ["0.0.0.0:8080"],
      namespaces: { net: "net:[9]" },
    });
    assert.equal(found?.listening, undefined);
  });
});

describe("localServer()", () => {
  it("finds key file and logs where TorchServe as installed has them", async () => {
    const directory = started();
    const server = await serverOf({ pid: 7, directory, listening: ["127.0.0.1:8081"] });
    assert.deepEqual(server.keyFile, { path: `${directory}/key_file.json` });
    assert.deepEqual(server.metricsLog, { path: `${directory}/logs` });
    assert.equal(server.settings, undefined);
    assert.ok(!JSON.stringify(server).includes("secret"));
  });

  it("takes the working directory from -Duser.dir, as Java does", async () => {
    const directory = started();
    const { keyFile } = await serverOf({ pid: 7, directory: "/elsewhere", vmOptions: [`-Duser.dir=${directory}`] });
    assert.deepEqual(keyFile, { path: `${directory}/key_file.json` });
  });

  for (
    const [where, fake] of [
      ["the log that is open", (logs: string) => ({ openFiles: ["/dev/null", `${logs}/ts_metrics.log`] })],
      ["METRICS_LOCATION", (logs: string) => ({ environment: { METRICS_LOCATION: logs } })],
      ["-DMETRICS_LOCATION", (logs: string) => ({ vmOptions: [`-DMETRICS_LOCATION=${logs}`] })],
      ["LOG_LOCATION, relative to its directory", () => ({ environment: { LOG_LOCATION: "../own logs" } })],
    ] as const
  ) {
    it(`finds the logs by ${where}`, async () => {
      scratch.file("own logs/ts_metrics.log", "");
      const logs = scratch.folder("own logs");
      const { metricsLog } = await serverOf({ pid: 7, directory: started(), ...fake(logs) });
      assert.deepEqual(metricsLog, { path: logs });
    });
  }

  it("says where it looked for logs and keys that are not there", async () => {
    const directory = started({});
    const { metricsLog, keyFile } = await serverOf({ pid: 7, directory });
    assert.deepEqual(metricsLog, { problem: `there is no ts_metrics.log in ${directory}/logs` });
    assert.equal(keyFile.path, undefined);
    assert.match(keyFile.problem ?? "", /key_file\.json does not exist/);
  });

  it("names a key file that it cannot use", async () => {
    const directory = started({ "key_file.json": "{" });
    const { keyFile } = await serverOf({ pid: 7, directory });
    assert.equal(keyFile.path, `${directory}/key_file.json`);
    assert.match(keyFile.problem ?? "", /is not JSON/);
  });

  // Root may read everything; test/real/discover.test.ts runs the binary as nobody.
  if (process.getuid?.() !== 0) {
    it("says who may read files that this user may not", async () => {
      const directory = started();
      chmodSync(`${directory}/key_file.json`, 0o000);
      chmodSync(`${directory}/logs/ts_metrics.log`, 0o000);
      const { keyFile, metricsLog } = await serverOf({ pid: 7, directory });
      assert.match(keyFile.problem ?? "", /may not be read/);
      assert.match(metricsLog.problem ?? "", /may not be read/);
    });
  }

  it("says whom to run as where the process is closed to this user", async () => {
    const { keyFile, metricsLog, listening } = await serverOf({ pid: 7 });
    for (const { path, problem } of [keyFile, metricsLog]) {
      assert.equal(path, undefined);
      assert.match(problem ?? "", /process 7 belongs to user \d+, and only that user and root .*run this as one/);
    }
    assert.equal(listening, undefined);
  });

  it("says what the paths are in a container, and does not take them for its own", async () => {
    const directory = started();
    const { keyFile, metricsLog } = await serverOf({
      pid: 7,
      directory,
      namespaces: { mnt: "mnt:[9]", net: "net:[9]" },
    });
    for (const [{ path, problem }, inside] of [[keyFile, "key_file.json"], [metricsLog, "logs"]] as const) {
      assert.equal(path, undefined);
      assert.ok(problem?.includes(`${directory}/${inside} in the container of process 7: share`), problem);
    }
  });

  describe("reads config.properties", () => {
    const config = "metrics_mode = Prometheus\ncertificate_file: tls/cert.pem\n";
    for (
      const [where, files, fake] of [
        ["of its directory", { "config.properties": config }, {}],
        ["of -f", { "my.properties": config, "config.properties": "" }, {
          args: ["-s", "store", "-f", "my.properties"],
        }],
        ["of TS_CONFIG_FILE", { "env.properties": config, "x": "" }, {
          args: ["-f", "x"],
          environment: { TS_CONFIG_FILE: "env.properties" },
        }],
      ] as const
    ) {
      it(where, async () => {
        const directory = started({ ...files });
        const server = await serverOf({ pid: 7, directory, ...fake });
        assert.equal(server.settings?.metricsMode, "prometheus");
        assert.equal(server.certificateFile, `${directory}/tls/cert.pem`);
      });
    }

    it("and the variable that is stronger, where it allows that", async () => {
      const environment = { TS_METRICS_MODE: "log" };
      const modeWith = async (text: string) =>
        (await serverOf({ pid: 7, directory: started({ "config.properties": text }), environment })).settings
          ?.metricsMode;
      assert.equal(await modeWith("metrics_mode=prometheus\nenable_envvars_config=true"), "log");
      assert.equal(await modeWith("metrics_mode=prometheus"), "prometheus");
    });

    it("for its ports, where its sockets cannot be seen", async () => {
      const path = scratch.file(
        "closed.properties",
        "inference_address=https://0.0.0.0:9443\nmanagement_address=http://[::1]:9081\n",
      );
      const { listening } = await serverOf({ pid: 7, args: ["-f", path] });
      assert.deepEqual(listening, [
        { address: "0.0.0.0", port: 9443 },
        { address: "::1", port: 9081 },
        { address: "127.0.0.1", port: 8082 },
      ]);
    });
  });
});

describe("ServerSettings", () => {
  const addresses = (text: string) => new ServerSettings(parseProperties(text)).addresses;

  it("know the ports of addresses without one", () => {
    const of = (scheme: string) =>
      addresses(["inference", "management", "metrics"].map((api) => `${api}_address=${scheme}://h`).join("\n")).map((
        address,
      ) => "port" in address ? address.port : address);
    assert.deepEqual(of("http"), [80, 8081, 8082]);
    assert.deepEqual(of("https"), [443, 8444, 8445]);
    assert.deepEqual(of("HTTPS"), [443, 8444, 8445]);
  });

  it("know the addresses as installed", () => {
    assert.deepEqual(addresses(""), [
      { api: "inference", scheme: "http", host: "127.0.0.1", port: 8080 },
      { api: "management", scheme: "http", host: "127.0.0.1", port: 8081 },
      { api: "metrics", scheme: "http", host: "127.0.0.1", port: 8082 },
    ]);
  });

  it("read Unix sockets, IPv6 and what is no address", () => {
    assert.deepEqual(
      addresses("inference_address=unix:/run/a b.sock\nmanagement_address=https://[::1]:9\nmetrics_address=tcp://x"),
      [
        { api: "inference", socket: "/run/a b.sock" },
        { api: "management", scheme: "https", host: "::1", port: 9 },
      ],
    );
  });

  it("do not take a variable's name for its value", () => {
    assert.deepEqual(addresses("inference_address=http://h:$PORT").map(({ api }) => api), ["management", "metrics"]);
  });

  it("take from the environment what TorchServe takes, where it may", () => {
    const environment = new Map([["TS_GRPC_INFERENCE_PORT", "9"], ["TS_METRIC_TIME_INTERVAL", "600"]]);
    const of = (text: string) => new ServerSettings(parseProperties(text), environment);
    assert.deepEqual(of("enable_envvars_config=true").grpcPorts, [9, 7071]);
    assert.deepEqual(of("").grpcPorts, [7070, 7071]);
    assert.equal(of("enable_envvars_config=true").maxSilenceSeconds, undefined);
  });

  it("say where a setting is to be changed", () => {
    const environment = new Map([["TS_METRICS_MODE", "log"]]);
    const of = (text: string) =>
      new ServerSettings(parseProperties(text), environment).change("metrics_mode", "prometheus");
    assert.equal(of("metrics_mode=log"), "metrics_mode=prometheus in TorchServe's config.properties");
    assert.equal(of("enable_envvars_config=true"), "TS_METRICS_MODE=prometheus in TorchServe's environment");
  });
});

describe("parseListening()", () => {
  const line = (local: string, state = "0A") =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 42 1 0000 100 0 0 10 0`;
  for (
    const [local, address, port] of [
      ["0100007F:1F90", "127.0.0.1", 8080],
      ["00000000:1F92", "0.0.0.0", 8082],
      ["0000000000000000FFFF00000100007F:1F91", "127.0.0.1", 8081],
      ["00000000000000000000000000000000:0016", "0:0:0:0:0:0:0:0", 22],
      ["B80D0120000000000000000001000000:1F90", "2001:db8:0:0:0:0:0:1", 8080],
    ] as const
  ) {
    it(`reads ${local}`, () => {
      assert.deepEqual(parseListening(`header\n${line(local)}\n`), [{ address, port, inode: "42" }]);
    });
  }
  it("leaves out connections and what it cannot read", () => {
    assert.deepEqual(parseListening(`header\n${line("0100007F:1F90", "01")}\n${line("what:ever")}\ncut 0100\n`), []);
  });
});

describe("parseProperties()", () => {
  it("reads what Java's Properties reads", () => {
    const text =
      "# comment\n! comment\n\na=1\n b : 2\r\nc 3\nlong=one,\\\n   two\npath=C\\:\\\\ts\nempty=\na=last\nd=x=y\n";
    assert.deepEqual(Object.fromEntries(parseProperties(text)), {
      a: "last",
      b: "2",
      c: "3",
      long: "one,two",
      path: "C:\\ts",
      empty: "",
      d: "x=y",
    });
  });
});
