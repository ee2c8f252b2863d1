/** The programs that are measured, and how each is made ready. A program that cannot run here says why. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import type { Flavour } from "./generate.ts";

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
  /** Name and reason of each that cannot run here. */
  readonly missing: readonly (readonly [name: string, reason: string])[];
}

export interface Tools {
  readonly bun: string;
  readonly deno: string;
  /** A Python with prometheus_client, preferably with datadog-checks-base too. */
  readonly python: string | undefined;
}

const BOTH: readonly Flavour[] = ["prometheus", "openmetrics"];
export const WORKS: readonly Work[] = ["parse", "blocks", "labels"];
const NPM_PACKAGE = "parse-prometheus-text-format@1.1.1";

/** Makes everything ready in `folder`: the Go programs are compiled, the npm package is installed. */
export function prepare(folder: string, tools: Tools): Programs {
  const missing: [string, string][] = [];
  const attempt = (name: string, make: () => Program[]): Program[] => {
    try {
      return make();
    } catch (error) {
      missing.push([name, error instanceof Error ? error.message.split("\n", 1)[0] ?? "" : String(error)]);
      return [];
    }
  };
  const programs = [
    ...attempt("ours (Bun)", () => ours("ours (Bun)", [tools.bun, "run"])),
    ...attempt("ours (Deno)", () => ours("ours (Deno)", [tools.deno, "run", "-A"])),
    ...attempt("Go textparse, expfmt", () => goPrograms(folder)),
    ...attempt(`npm ${NPM_PACKAGE}`, () => npmProgram(folder, tools.bun)),
    ...attempt("Python prometheus_client", () => pythonProgram(tools.python)),
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

function npmProgram(folder: string, bun: string): Program[] {
  writeFileSync(join(folder, "package.json"), "{}\n");
  execFileSync(bun, ["add", NPM_PACKAGE], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const command = (_: Flavour, file: string, repetitions: number) => {
    return [bun, "run", source("npm.mjs"), folder, file, `${repetitions}`];
  };
  return [{ name: `npm ${NPM_PACKAGE} (Bun)`, work: "labels", formats: ["prometheus"], isSlow: true, command }];
}

function pythonProgram(python: string | undefined): Program[] {
  if (python === undefined) throw new Error("give one with --python or REFERENCE_PYTHON");
  execFileSync(python, ["-c", "import prometheus_client"], { stdio: ["ignore", "ignore", "pipe"] });
  const command = (format: Flavour, file: string, repetitions: number) => {
    return [python, source("python_client.py"), format, file, `${repetitions}`];
  };
  return [{ name: "Python prometheus_client", work: "labels", formats: BOTH, isSlow: true, command }];
}
