import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import process from "node:process";

/** A program that serves, in a directory of its own. */
export interface Daemon {
  /** All that it has written to its standard output and error. */
  console(): string;
  /** Stops, and continues, all of its processes: it keeps its connections and says nothing. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** A directory that the unprivileged user of a daemon can read and write. */
export function openDirectory(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path);
  chmodSync(path, 0o777);
  return path;
}

/**
 * Starts a program in the foreground and waits until its ports take connections.
 *
 * Its processes are a group that a supervisor leads, which kills them when this process ends, whatever the reason.
 *
 * @throws {Error} with its output, when it ends or takes longer than 20 s.
 */
export async function startDaemon(
  directory: string,
  command: readonly string[],
  ports: readonly number[],
): Promise<Daemon> {
  const supervise = '"$@" </dev/null >console.txt 2>&1 & cat >/dev/null; kill -KILL 0';
  const child = spawn("/usr/bin/setsid", ["/bin/sh", "-c", supervise, "supervisor", ...command], {
    cwd: directory,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const file = join(directory, "console.txt");
  const daemon: Daemon = {
    console: () => existsSync(file) ? readFileSync(file, "utf8") : "",
    pause: () => signalOthers(child, "SIGSTOP"),
    resume: () => signalOthers(child, "SIGCONT"),
    stop: () => end(child),
  };
  for (const deadline = Date.now() + 20_000; !(await Promise.all(ports.map(takesConnections))).every(Boolean);) {
    if (Date.now() > deadline) {
      await daemon.stop();
      throw new Error(`${command[0]} does not listen: ${daemon.console().slice(-2_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return daemon;
}

/** The group but for its leader, which must hear that its input ends. */
function signalOthers(child: ChildProcess, signal: "SIGSTOP" | "SIGCONT"): void {
  const leader = child.pid ?? 0;
  for (const name of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const group = Number(/^\d+ \(.*\) \S \d+ (\d+)/s.exec(statOf(name))?.[1]);
    if (group === leader && name !== leader) process.kill(name, signal);
  }
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("close", () => resolve());
    child.stdin?.end();
  });
}
