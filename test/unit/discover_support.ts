import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process of a {@linkcode FakeProc}, as installed TorchServe has it unless something else is said. */
export interface FakeProcess {
  readonly pid: number;
  readonly vmOptions?: readonly string[];
  /** After the main class. */
  readonly args?: readonly string[];
  /** The working directory; `undefined` where it may not be seen, with all that is not for everybody. */
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly openFiles?: readonly string[];
  /** Where it listens: `127.0.0.1:8080`. */
  readonly listening?: readonly string[];
  /** Default: those of the reader. */
  readonly namespaces?: { readonly mnt?: string; readonly net?: string };
}

/** A temporary directory. */
export class Scratch {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "discover-")));

  /** Makes a folder in it. */
  folder(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Writes a file in it, and its folder. */
  file(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const OWN = { mnt: "mnt:[1]", net: "net:[2]" };

/** A folder that looks like `/proc`, with the files and links that are read there. */
export function fakeProc(scratch: Scratch, name: string, processes: readonly FakeProcess[]): string {
  const root = scratch.folder(name);
  namespaces(scratch, `${name}/self`, OWN);
  scratch.file(`${name}/meminfo`, "");
  for (const process of processes) {
    const { pid, vmOptions = [], args = [], directory, environment = {}, openFiles = [], listening = [] } = process;
    const folder = `${name}/${pid}`;
    const words = ["java", ...vmOptions, "-cp", ".:/ts/*", "org.pytorch.serve.ModelServer", ...args];
    scratch.file(`${folder}/cmdline`, `${words.join("\0")}\0`);
    if (directory === undefined) continue;
    symlinkSync(directory, join(root, String(pid), "cwd"));
    scratch.file(
      `${folder}/environ`,
      Object.entries({ PATH: "/bin", SECRET: "hunter2", ...environment }).map(([key, value]) => `${key}=${value}\0`)
        .join(""),
    );
    const fd = scratch.folder(`${folder}/fd`);
    openFiles.forEach((path, i) => symlinkSync(path, join(fd, String(i))));
    listening.forEach((_, i) => symlinkSync(`socket:[${pid * 100 + i}]`, join(fd, String(100 + i))));
    scratch.file(`${folder}/net/tcp`, table(listening.filter((at) => !at.startsWith("[")), pid * 100));
    namespaces(scratch, folder, { ...OWN, ...process.namespaces });
  }
  return root;
}

function namespaces(scratch: Scratch, folder: string, links: Readonly<Record<string, string>>): void {
  const ns = scratch.folder(`${folder}/ns`);
  for (const [name, link] of Object.entries(links)) symlinkSync(link, join(ns, name));
}

const HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

/** `/proc/net/tcp` with these sockets, and one of somebody else. */
function table(listening: readonly string[], inode: number): string {
  const lines = [...listening.map((at, i) => row(at, inode + i)), row("0.0.0.0:22", 1)];
  return [HEADER, ...lines, ""].join("\n");
}

function row(at: string, inode: number): string {
  const [address = "", port = ""] = at.split(":");
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
  const host = address.split(".").reverse().map((byte) => hex(Number(byte), 2)).join("");
  return `   0: ${host}:${
    hex(Number(port), 4)
  } 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 ${inode} 1`;
}
