/** The programs that are measured, and how each is made ready. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { prepareAgent } from "../../test/peers/agent/prepare.ts";
import { BUN, CACHE, orMissing } from "../context.ts";
import type { Flavour } from "../generate.ts";

/** What is made of each sample's labels: nothing (they are located), a string of the block, names and values. */
export type Work = "parse" | "blocks" | "labels";

/** A parser under measurement. */
export interface Program {
  readonly name: string;
  /** Only programs that do the same work are compared. */
  readonly work: Work;
  readonly formats: readonly Flavour[];
  /** So slow that one repetition a run is enough. */
  readonly isSlow?: true;
  readonly command: (format: Flavour, file: string, repetitions: number) => readonly string[];
}

export interface Programs {
  readonly programs: readonly Program[];
  /** Each that cannot run here, with the reason. */
  readonly missing: readonly string[];
}

const BOTH: readonly Flavour[] = ["prometheus", "openmetrics"];
export const WORKS: readonly Work[] = ["parse", "blocks", "labels"];
const NPM_PACKAGE = "parse-prometheus-text-format";
const NPM_VERSION = "1.1.1";

/** Makes everything ready under `.cache/`: the Go programs are compiled, packages are installed. */
export async function prepare(): Promise<Programs> {
  const missing: string[] = [];
  const folder = fileURLToPath(CACHE);
  mkdirSync(folder, { recursive: true });
  const attempt = async (name: string, make: () => Program[] | Promise<Program[]>): Promise<Program[]> =>
    await orMissing(name, missing, make) ?? [];
  const programs = [
    ...await attempt("ours (Bun)", () => ours("ours (Bun)", [BUN, "run"])),
    ...await attempt("ours (Deno)", () => ours("ours (Deno)", [Deno.execPath(), "run", "-A"])),
    ...await attempt("Go textparse, expfmt", () => goPrograms(folder)),
    ...await attempt(`npm ${NPM_PACKAGE}`, () => npmProgram(folder)),
    ...await attempt("Python prometheus_client", async () => pythonProgram(await prepareAgent())),
  ];
  return { programs, missing };
}

function source(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function ours(name: string, runtime: readonly [string, ...string[]]): Program[] {
  execFileSync(runtime[0], ["--version"], { stdio: "ignore" });
  return WORKS.map((work) => ({
    name,
    work,
    formats: BOTH,
    command: (format, file, repetitions) => [...runtime, source("ours.ts"), work, format, file, `${repetitions}`],
  }));
}

function goPrograms(folder: string): Program[] {
  const binary = join(folder, "textparse");
  execFileSync("go", ["build", "-trimpath", "-o", binary, "."], {
    cwd: source("textparse"),
    env: { ...env, CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const program = (name: string, kind: string, work: Work, formats = BOTH): Program => ({
    name,
    work,
    formats,
    command: (format, file, repetitions) => [binary, kind, format, file, `${repetitions}`],
  });
  return [
    program("Go textparse", "textparse", "parse"),
    program("Go textparse", "textparse-blocks", "blocks"),
    program("Go textparse", "textparse-labels", "labels"),
    program("Go expfmt", "expfmt", "labels", ["prometheus"]),
  ];
}

function npmProgram(parent: string): Program[] {
  const folder = join(parent, "npm");
  if (!existsSync(join(folder, "node_modules", NPM_PACKAGE, "package.json"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}\n");
    const add = ["add", "--silent", `${NPM_PACKAGE}@${NPM_VERSION}`];
    execFileSync(BUN, add, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  }
  const command = (_: Flavour, file: string, repetitions: number) => {
    return [BUN, "run", source("npm.mjs"), folder, file, `${repetitions}`];
  };
  return [{ name: `npm ${NPM_PACKAGE} (Bun)`, work: "labels", formats: ["prometheus"], isSlow: true, command }];
}

function pythonProgram(python: string): Program[] {
  execFileSync(python, ["-c", "import prometheus_client"], { stdio: ["ignore", "ignore", "pipe"] });
  const command = (format: Flavour, file: string, repetitions: number) => {
    return [python, source("python_client.py"), format, file, `${repetitions}`];
  };
  return [{ name: "Python prometheus_client", work: "labels", formats: BOTH, isSlow: true, command }];
}
