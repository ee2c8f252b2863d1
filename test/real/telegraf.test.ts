import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import process from "node:process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { prepareTelegraf, RUNNING } from "../peers/telegraf.ts";
import { BINARY, runPlugin } from "../support/plugin_process.ts";
import { freePorts } from "./free_ports.ts";

/** Most that anything here may take, in milliseconds. */
const PATIENCE_MS = 180_000;
/** Seconds, and so rounds, that the target is up, then down, then up again. */
const ROUNDS = 20;

/** A Telegraf that runs, and what it wrote. */
class Telegraf {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #log = "";

  constructor(program: string, readonly directory: string, readonly output: string) {
    this.#child = spawn(program, ["--config", join(directory, "telegraf.conf")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#log += text);
    this.#ended = new Promise((resolve) => this.#child.on("close", resolve));
  }

  /** Its log so far. */
  get log(): string {
    return this.#log;
  }

  /** The lines of its output so far. */
  async lines(): Promise<string[]> {
    return (await readFile(this.output, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  }

  /** Waits until its log has a text. */
  async untilLogged(what: string, text: string): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !this.#log.includes(text);) {
      assert.ok(Date.now() < end, `${what}, in the log:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until there are lines of a kind behind the first `from` ones; returns how many lines there are then. */
  async until(what: string, isIt: (line: string) => boolean, from = 0, count = 1): Promise<number> {
    for (const end = Date.now() + PATIENCE_MS;;) {
      const lines = await this.lines();
      if (lines.slice(from).filter(isIt).length >= count) return lines.length;
      assert.ok(Date.now() < end, `${what}, in:\n${lines.slice(from).slice(-20).join("\n")}\nlog:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends it; returns its exit status. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    // Deno's own `child.kill` makes every end look like one by that signal.
    if (this.#child.pid !== undefined) process.kill(this.#child.pid, "SIGTERM");
    return await this.#ended;
  }
}

const quoted = JSON.stringify;
const isCheck = (how: string, status: number) => (line: string) =>
  line.startsWith("torchserve_service_check,") && line.includes(`how=${how}`) && line.includes(` status=${status}i`);

describe("a real Telegraf 1.38.3", () => {
  let program: string;
  let directory: string;
  let ports: readonly number[];
  const startTarget = (): Promise<Emulator> =>
    startEmulator({ inferencePort: ports[0] ?? 0, managementPort: ports[1] ?? 0, metricsPort: ports[2] ?? 0 });

  before(async () => {
    program = await prepareTelegraf(RUNNING);
    directory = await mkdtemp(join(tmpdir(), "telegraf-"));
    ports = await freePorts(3);
  });
  after(() => rm(directory, { recursive: true }));

  it("collects through exec and execd for a minute, while the target is up, down and up again", async () => {
    const [inference, management, metrics] = ports;
    const instances = [
      { openmetrics_endpoint: `http://127.0.0.1:${metrics}/metrics` },
      { inference_api_url: `http://127.0.0.1:${inference}` },
      { management_api_url: `http://127.0.0.1:${management}` },
    ];
    const [binary = ""] = BINARY.command;
    const conf = join(directory, "conf.yaml");
    await writeFile(conf, JSON.stringify({ instances }));
    const output = join(directory, "output.influx");
    await writeFile(
      join(directory, "telegraf.conf"),
      `[agent]
  interval = "1s"
  flush_interval = "1s"
  omit_hostname = true
[[inputs.exec]]
  commands = [${quoted(`${binary} --instance ${conf} --format influx`)}]
  timeout = "30s"
  data_format = "influx"
  log_stderr = true
  tags = { how = "exec" }
[[inputs.execd]]
  command = [${quoted(binary)}, "telegraf", "--config", ${quoted(conf)}]
  signal = "STDIN"
  data_format = "influx"
  tags = { how = "execd" }
[[outputs.file]]
  files = [${quoted(output)}]
  data_format = "influx"
`,
    );
    let target = await startTarget();
    const telegraf = new Telegraf(program, directory, output);
    const ways = ["exec", "execd"];
    try {
      let at = 0;
      const upTo = async (status: number, from: number) => {
        for (const how of ways) {
          at = Math.max(
            at,
            await telegraf.until(`${how} ${status}`, isCheck(how, status), from, ROUNDS * instances.length),
          );
        }
      };
      await upTo(0, 0);
      for (const how of ways) {
        const lines = (await telegraf.lines()).filter((line) => line.includes(`how=${how}`));
        for (const measurement of ["torchserve_openmetrics", "torchserve_management_api"]) {
          assert.ok(lines.some((line) => line.startsWith(`${measurement},`)), `${how} ${measurement}`);
        }
        assert.ok(lines.some((line) => /^torchserve_openmetrics,.*memory_available=[\d.]+/.test(line)), how);
      }
      await target.close();
      await upTo(2, at);
      const down = (await telegraf.lines()).slice(at - 1).join("\n");
      assert.match(down, /message="No connection to http:\/\/127\.0\.0\.1/);
      target = await startTarget();
      await upTo(0, at);
      target.models.register({ name: "added" });
      const isAdded = (line: string) => line.startsWith("torchserve_event,") && line.includes("[added]");
      await telegraf.until("an event through execd", (line) => isAdded(line) && line.includes("how=execd"), at);
      const all = await telegraf.lines();
      assert.equal(all.filter(isAdded).length, 1);
      // While it ends, Telegraf itself may say that it read from a process that it had just closed.
      assert.doesNotMatch(telegraf.log, / [EW]! \[inputs/);
      assert.equal(await telegraf.stop(), 0);
    } finally {
      await telegraf.stop();
      await target.close();
    }
    assert.match(telegraf.log, / I! \[inputs\.execd\].* connect: No connection to /);
  });

  it("takes metrics, events and service checks over DogStatsD", async () => {
    const target = await startTarget();
    const instances = [
      { openmetrics_endpoint: target.metricsUrl },
      { inference_api_url: target.inferenceUrl },
      { management_api_url: target.managementUrl },
    ];
    const conf = join(directory, "statsd.yaml");
    await writeFile(conf, JSON.stringify({ instances }));
    const [port = 0] = await freePorts(1);
    const output = join(directory, "statsd.influx");
    await writeFile(
      join(directory, "telegraf.conf"),
      `[agent]
  interval = "1s"
  flush_interval = "1s"
  omit_hostname = true
[[inputs.statsd]]
  service_address = "127.0.0.1:${port}"
  datadog_extensions = true
  datadog_distributions = true
[[outputs.file]]
  files = [${quoted(output)}]
  data_format = "influx"
`,
    );
    const telegraf = new Telegraf(program, directory, output);
    const send = async () => {
      const args = [
        "--instance",
        conf,
        "--format",
        "dogstatsd",
        "--to",
        `udp://127.0.0.1:${port}`,
        "--state-dir",
        directory,
      ];
      const { status, stderr } = await runPlugin(BINARY, "", { args });
      assert.equal(status, 0, stderr);
    };
    try {
      await telegraf.untilLogged("listening", "UDP listening on");
      await send();
      await telegraf.until("a metric", (line) => /memory.available,.*value=/.test(line));
      await telegraf.until(
        "a service check",
        (line) => /^statsd_service_check,.*torchserve\.inference_api\.health/.test(line),
      );
      target.models.register({ name: "added" });
      target.predict("resnet-18", { times: 5 });
      await send();
      await telegraf.until("an event", (line) => line.includes("A\\ new\\ model\\ has\\ been\\ added"));
      await telegraf.until("a difference of a count", (line) => /inference.*value=5i?/.test(line));
    } finally {
      await telegraf.stop();
      await target.close();
    }
    assert.doesNotMatch(telegraf.log, / [EW]! \[inputs/);
  });
});
