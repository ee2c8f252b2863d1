import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Ended } from "../support/plugin_process.ts";

/** This machine as programs in a mount namespace of their own see it: some directories are copies. Only root may. */
export class MountNamespace {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /**
   * Makes one.
   *
   * @param copies where the copies lie
   * @param directories those that are copied, absolute
   * @param empty those that have nothing in them there
   * @throws {Error} when it cannot be made
   */
  static async make(copies: string, directories: readonly string[], empty: readonly string[]): Promise<MountNamespace> {
    const holder = spawn("unshare", ["--mount", "sh", "-c", "echo here; exec sleep infinity"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise<void>((resolve, reject) => {
      holder.stdout?.once("data", () => resolve());
      holder.once("close", (status) => reject(new Error(`unshare --mount ended with ${status}: is this root?`)));
    });
    const namespace = new MountNamespace(holder);
    for (const directory of [...directories, ...empty]) {
      const copy = join(copies, directory);
      mkdirSync(join(copy, ".."), { recursive: true });
      const made = await namespace.run([
        "sh",
        "-ec",
        `mkdir -p "$1"; ${empty.includes(directory) ? "mkdir" : 'cp -a "$1"'} "$2"; mount --bind "$2" "$1"`,
        "sh",
        directory,
        copy,
      ]);
      if (made.status !== 0) throw new Error(`${directory} cannot be copied: ${made.stderr}`);
    }
    return namespace;
  }

  /** Runs a program there to its end; as another user by its name. */
  async run(command: readonly string[], user?: string): Promise<Ended> {
    if (user === undefined) return await this.#enter(command);
    const group = (await this.#enter(["id", "-g", user])).stdout.trim();
    return await this.#enter(["setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups", "--", ...command]);
  }

  #enter(command: readonly string[]): Promise<Ended> {
    const args = [`--mount=/proc/${this.#holder.pid}/ns/mnt`, "--", ...command];
    return new Promise((resolve, reject) => {
      const child = spawn("nsenter", args, { cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
      child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, stdout, stderr }));
    });
  }

  /** Ends it, and all that was mounted in it. */
  close(): void {
    this.#holder.kill("SIGKILL");
  }
}
