import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type HostName,
  install,
  type InstallOptions,
  type Outcome,
  type Platform,
  Root,
} from "../../plugin/hosts/mod.ts";

/** A file system of a machine, below a temporary directory. */
export class Machine {
  readonly directory = mkdtempSync(join(tmpdir(), "machine-"));
  readonly binary: string;

  constructor(readonly platform: Platform = "linux") {
    this.binary = join(mkdtempSync(join(tmpdir(), "binary-")), "torchserve-check");
    this.release("one");
  }

  /** Makes the executable another one. */
  release(content: string): void {
    writeFileSync(this.binary, content);
    chmodSync(this.binary, 0o700);
  }

  /** The path on this machine. */
  at(path: string): string {
    return join(this.directory, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  read(path: string): string {
    return readFileSync(this.at(path), "utf8");
  }

  /** Installs; `configuration` is what is found to run. */
  install(
    host: HostName,
    { configuration, ...options }: Partial<InstallOptions> & { configuration?: string } = {},
  ): Promise<Outcome> {
    return install(
      host,
      { root: new Root(this.directory), platform: this.platform },
      { binary: this.binary, configuration: () => Promise.resolve(configuration) },
      { dryRun: false, force: false, version: "2.0.0", ...options },
    );
  }

  /** Every file, link and directory with its mode and, for files, a digest; sorted. */
  list(): string[] {
    const names = readdirSync(this.directory, { recursive: true, encoding: "utf8" }).sort();
    return names.map((name) => {
      const path = join(this.directory, name);
      const stat = lstatSync(path);
      const mode = (stat.mode & 0o7777).toString(8);
      if (stat.isSymbolicLink()) return `/${name} -> ${readlinkSync(path)}`;
      if (stat.isDirectory()) return `/${name}/ ${mode}`;
      return `/${name} ${mode} ${createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 8)}`;
    });
  }

  /** The files and links, without what they hold. */
  files(): string[] {
    return this.list().filter((line) => !/\/ \d+$/.test(line)).map((line) => line.replace(/ [0-9a-f]{8}$/, ""));
  }
}

/** Each step as `ACTION PATH`. */
export const stepsOf = ({ steps }: Outcome) => steps.map(({ action, path }) => `${action} ${path}`);
