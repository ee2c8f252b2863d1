import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";

const SAMPLES = 30;
/** What the last third of the time may have more than the one before: the collector comes when it likes, in MiB. */
const SLACK_MIB = 24;

/** Memory and connections of another process over some time. */
export class ProcessWatch {
  readonly #pid: number;
  readonly #memory: number[] = [];
  readonly socketsBefore: number;

  constructor(pid: number) {
    this.#pid = pid;
    this.socketsBefore = this.sockets();
  }

  /** Looks at its memory again and again, as often as there are places in the graph. */
  async follow(durationMs: number): Promise<void> {
    for (let i = 0; i < SAMPLES; i++) {
      await new Promise((resolve) => setTimeout(resolve, durationMs / SAMPLES));
      this.#memory.push(this.#residentMiB());
    }
  }

  /** Writes the graph to stderr: one number for each moment. */
  tell(what: string): void {
    process.stderr.write(`soak: ${what}; MiB: ${this.#memory.map((mib) => mib.toFixed(0)).join(" ")}\n`);
  }

  /** The memory of the last third of the time is that of the second; the first is for loading and for the collector. */
  assertFlat(): void {
    const third = SAMPLES / 3;
    const most = (from: number) => Math.max(...this.#memory.slice(from, from + third));
    const [second, last] = [most(third), most(2 * third)];
    assert.ok(last <= second + SLACK_MIB, `${second.toFixed(0)} MiB, then ${last.toFixed(0)} MiB`);
  }

  /** How many connections and other sockets it has open. */
  sockets(): number {
    const folder = `/proc/${this.#pid}/fd`;
    return readdirSync(folder).filter((name) => {
      try {
        return readlinkSync(`${folder}/${name}`).startsWith("socket:");
      } catch {
        return false; // Closed since the list was made.
      }
    }).length;
  }

  #residentMiB(): number {
    const [, kilobytes = "NaN"] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${this.#pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1_024;
  }
}
