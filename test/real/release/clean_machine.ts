import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Ended } from "../../support/plugin_process.ts";
import { requirePrograms } from "../debian.ts";
import { prepareDebian } from "./debian_root.ts";

const BOOT = fileURLToPath(new URL("boot.sh", import.meta.url));
const BOOT_SECONDS = 60;
const LEAVE_SECONDS = 10;
/** What changes without anybody installing anything: caches, logs, the lists of packages. */
const PASSING = [
  "/dev",
  "/mnt",
  "/proc",
  "/run",
  "/sys",
  "/tmp",
  "/var/cache",
  "/var/lib/apt",
  "/var/lib/dpkg",
  "/var/log",
];

/**
 * A machine as it comes: systemd runs, nothing of ours is there, and no network but its own loopback. Only root may make
 * one.
 */
export class CleanMachine {
  readonly #holder: ChildProcess;
  readonly #pid: number;
  readonly #group: string | undefined;

  private constructor(holder: ChildProcess, pid: number, group: string | undefined) {
    this.#holder = holder;
    this.#pid = pid;
    this.#group = group;
  }

  /** @param folder for what changes; `release` and `agent` in it are seen in `/mnt` there */
  static async boot(folder: string): Promise<CleanMachine> {
    await requirePrograms({ "/usr/bin/ip": "iproute2" });
    const debian = await prepareDebian();
    // systemd takes the group that it starts in for the top of all.
    const group = ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup"].filter(existsSync)
      .map((parent) => `${parent}/clean-machine-${process.pid}`)[0];
    if (group !== undefined) mkdirSync(group, { recursive: true });
    const enter = group === undefined ? "" : `echo $$ > ${group}/cgroup.procs; `;
    const holder = spawn("sh", [
      "-ec",
      `${enter}exec unshare --pid --mount --uts --ipc --cgroup --net --fork --kill-child sh "$@"`,
      "sh",
      BOOT,
      debian,
      folder,
    ], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [holder.stdout, holder.stderr]) stream?.on("data", (part) => said += part);
    const pid = await childOf(holder).catch((error) => {
      holder.kill("SIGKILL");
      throw new Error(`${error.message}: ${said}`);
    });
    const machine = new CleanMachine(holder, pid, group);
    for (let i = 0; i < BOOT_SECONDS * 10; i++) {
      const { stdout } = await machine.run(["systemctl", "is-system-running"]).catch(() => ({ stdout: "" }));
      if (/running|degraded/.test(stdout)) return machine;
      await sleep(100);
    }
    await machine.close();
    throw new Error(`systemd did not start within ${BOOT_SECONDS} s: ${said}`);
  }

  /** Runs a program there to its end. */
  run(command: readonly string[]): Promise<Ended> {
    const clean = ["env", "-i", "HOME=/root", "LANG=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"];
    const args = [`--target=${this.#pid}`, "--all", "--root", "--wd", "--", ...clean, ...command];
    return new Promise((resolve, reject) => {
      const child = spawn("nsenter", args, { stdio: ["ignore", "pipe", "pipe"] });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text);
      child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, stdout, stderr }));
    });
  }

  /** Runs a shell's text there, which has to end well; what it wrote to stdout. */
  async shell(text: string): Promise<string> {
    const { status, stdout, stderr } = await this.run(["sh", "-ec", text]);
    if (status !== 0) throw new Error(`${text}\nended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  /** All files of it, but those that come and go by themselves. */
  async files(): Promise<string> {
    const except = PASSING.map((path) => `-path ${path}`).join(" -o ");
    const found = await this.shell(`find / -xdev \\( ${except} \\) -prune -o -printf '%p %M %u:%g %l\\n'`);
    return found.split("\n").filter((line) => !line.includes("__pycache__")).sort().join("\n");
  }

  /** Ends all its processes, with which its mounts go, and takes its group away. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#holder.once("close", resolve));
    this.#holder.kill("SIGKILL");
    await ended;
    if (this.#group !== undefined) await removeGroup(this.#group);
  }
}

/** Removes a group with those that systemd made in it; processes leave theirs a moment after they were killed. */
async function removeGroup(group: string): Promise<void> {
  const inside = readdirSync(group, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = [...inside.map(({ parentPath, name }) => join(parentPath, name)), group];
  for (const folder of folders.sort((a, b) => b.length - a.length)) {
    for (let i = 0; i < LEAVE_SECONDS * 10; i++) {
      try {
        rmdirSync(folder);
        break;
      } catch {
        await sleep(100);
      }
    }
  }
}

/** The process that unshare starts in the new namespaces, which becomes systemd. */
async function childOf(holder: ChildProcess): Promise<number> {
  for (let i = 0; i < BOOT_SECONDS * 10; i++) {
    if (holder.exitCode !== null) throw new Error(`the machine ended with ${holder.exitCode}: is this root?`);
    const path = `/proc/${holder.pid}/task/${holder.pid}/children`;
    const child = existsSync(path) ? Number(readFileSync(path, "utf8").trim().split(" ")[0]) : 0;
    if (child > 0 && readFileSync(`/proc/${child}/comm`, "utf8").trim() === "systemd") return child;
    await sleep(100);
  }
  throw new Error("nothing was started in the new namespaces");
}
