/** `--watch` in a real terminal, tmux's, of a TorchServe that works for its clients all the while. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { BINARY } from "../support/plugin_process.ts";
import { requirePrograms } from "./debian.ts";

/** How long it is watched; a minute was tried by hand. */
const SECONDS = Number(process.env["TORCHSERVE_CHECK_WATCH_SECONDS"] ?? 12);
const TMUX = "/usr/bin/tmux";
const CLIENTS = 8;
const PATIENCE_MS = 30_000;

/** A terminal of its own server, which nobody else's tmux knows. */
class Terminal {
  readonly #socket: string;

  constructor(directory: string) {
    this.#socket = join(directory, "tmux");
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", "100", "-y", "90", "env PS1='> ' sh");
  }

  #tmux(...args: string[]): string {
    return execFileSync(TMUX, ["-S", this.#socket, ...args], { encoding: "utf8" });
  }

  type(text: string): void {
    this.#tmux("send-keys", "-t", "t", "-l", text);
  }

  press(key: string): void {
    this.#tmux("send-keys", "-t", "t", key);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-t", "t", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** What a person sees. */
  get screen(): string {
    return this.#tmux("capture-pane", "-t", "t", "-p");
  }

  /** The same, with what has scrolled away. */
  get everything(): string {
    return this.#tmux("capture-pane", "-t", "t", "-p", "-S", "-");
  }

  async until(pattern: RegExp): Promise<string> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const { screen } = this;
      if (pattern.test(screen)) return screen;
      if (performance.now() > end) throw new Error(`${pattern} was not seen:\n${screen}`);
      await sleep(50);
    }
  }

  close(): void {
    this.#tmux("kill-server");
  }
}

describe("--watch in a real terminal, under load", () => {
  let emulator: Emulator;
  let directory: string;
  let terminal: Terminal;
  let loading = true;
  const clients: Promise<void>[] = [];
  before(async () => {
    await requirePrograms({ [TMUX]: "tmux" });
    directory = mkdtempSync(join(tmpdir(), "watch-"));
    emulator = await startEmulator({ models: [{ name: "model_1" }, { name: "model_2" }] });
    const load = async () => {
      while (loading) {
        const response = await fetch(`${emulator.inferenceUrl}/predictions/model_1`, { method: "POST", body: "{}" });
        await response.body?.cancel();
        await sleep(1);
      }
    };
    for (let i = 0; i < CLIENTS; i++) clients.push(load());
    const { metricsUrl, inferenceUrl, managementUrl } = emulator;
    const instances = [
      { openmetrics_endpoint: metricsUrl },
      { inference_api_url: inferenceUrl },
      { management_api_url: managementUrl },
    ];
    writeFileSync(join(directory, "conf.yaml"), JSON.stringify({ instances }));
    terminal = new Terminal(directory);
  });
  after(async () => {
    loading = false;
    await Promise.all(clients);
    terminal.close();
    await emulator.close();
    rmSync(directory, { recursive: true });
  });

  const start = async () => {
    terminal.type(
      `clear; echo was here; ${
        BINARY.command.join(" ")
      } ${directory}/conf.yaml --watch --interval 0.2; echo "status" $?`,
    );
    terminal.press("Enter");
    await terminal.until(/^Round \d+,[^]*^Summary$/m);
  };

  /** The terminal shows what is typed again, and hands over whole lines. */
  const isAsBefore = async () => {
    terminal.type("stty -a | grep -cE '( |^)icanon|( |^)echo( |;|$)'; echo tried");
    terminal.press("Enter");
    await terminal.until(/^tried$/m);
    await terminal.until(/^[12]\ntried$/m);
    assert.match(terminal.everything, /^was here\n/m);
  };

  it("draws in place, tells what happens, and ends with q and the terminal as it was", async () => {
    await start();
    const rounds = new Set<string>();
    const end = performance.now() + SECONDS * 1_000;
    while (performance.now() < end) {
      const { screen } = terminal;
      const round = /^Round (\d+), .* UTC\n/.exec(screen)?.[1];
      assert.ok(round !== undefined, `a frame without head:\n${screen}`);
      assert.match(screen, /^Summary\n(?: {2}OK .*\n){3}/m);
      rounds.add(round);
      await sleep(50);
    }
    assert.ok(rounds.size > 3, `${rounds.size} rounds were seen`);
    await terminal.until(/~ .*inference\.count +[\d,]+ requests +\+[\d,]+, [\d,.]+\/s/);

    await fetch(`${emulator.managementUrl}/models/model_2`, { method: "DELETE" });
    await terminal.until(/A model has been removed/);
    terminal.resize(62, 90);
    for (const line of (await terminal.until(/Metrics of torchserve\.openmetrics/)).split("\n")) {
      assert.ok(line.length <= 62, line);
    }
    terminal.resize(100, 90);
    terminal.press("q");
    assert.match(await terminal.until(/^status 0$/m), /^ {2}OK .*management/m);
    await isAsBefore();
  });

  it("ends with Ctrl-C, and the status of the worst round", async () => {
    emulator.faults.add({ endpoint: "management", status: 503 });
    await start();
    await terminal.until(/CRITICAL|ERROR/);
    terminal.press("C-c");
    await terminal.until(/^status 1$/m);
    await isAsBefore();
  });
});
