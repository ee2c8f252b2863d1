/**
 * Makes a TorchServe that tests can start: a Python environment and a model store, in the project's `.cache`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, succeeds } from "./command.ts";
import { installPackages } from "./debian.ts";

/** The version that the project is tested with. */
export const torchserveVersion = "0.12.0";

/** Names an existing environment with TorchServe {@linkcode torchserveVersion} and its archiver, to save the installation. */
export const venvVariable = "TORCHSERVE_CHECK_TORCHSERVE_VENV";

/** An installed TorchServe. */
export interface Installation {
  readonly version: string;
  /** The folder of `torchserve` and `python`. */
  readonly bin: string;
  /** The archives of {@linkcode archives}. */
  readonly modelStore: string;
}

/** What the model store holds: the same names, versions and handlers that the emulator's contract test knows. */
export const archives = [
  { file: "alpha_v1.mar", modelName: "alpha", version: "1.0", handler: "echo" },
  { file: "alpha_v2.mar", modelName: "alpha", version: "2.0", handler: "echo" },
  { file: "beta.mar", modelName: "beta", version: "1.0", handler: "echo" },
  { file: "broken.mar", modelName: "broken", version: "1.0", handler: "broken" },
  { file: "slow.mar", modelName: "slow", version: "1.0", handler: "slow" },
  { file: "imports.mar", modelName: "imports", version: "1.0", handler: "imports" },
  { file: "fails.mar", modelName: "fails", version: "1.0", handler: "fails" },
] as const;

/** Debian's own Python, which sees the package `python3-torch`. */
const systemPython = "/usr/bin/python3";
const handlersFolder = fileURLToPath(new URL("./handlers/", import.meta.url));

/**
 * Installs what is missing: system packages (as root, with apt-get), the environment, the archives. What is there stays.
 *
 * @throws {Error} which says what to install, when it cannot.
 */
export async function prepare(version: string = torchserveVersion): Promise<Installation> {
  const cache = fileURLToPath(new URL(`../../.cache/torchserve-${version}/`, import.meta.url));
  mkdirSync(cache, { recursive: true });
  return await withLock(join(cache, ".lock"), async () => {
    await ensureJava();
    const given = version === torchserveVersion ? process.env[venvVariable] : undefined;
    const bin = join(given ?? await ensureEnvironment(join(cache, "venv"), version), "bin");
    for (const program of ["torchserve", "torch-model-archiver"]) {
      if (!existsSync(join(bin, program))) throw new Error(`${join(bin, program)} is missing; see ${venvVariable}`);
    }
    return { version, bin, modelStore: await ensureArchives(cache, bin) };
  });
}

async function ensureJava(): Promise<void> {
  const isRecent = async () => {
    const [, major = "0"] = /version "(\d+)/.exec(await run("java", ["-version"]).catch(() => "")) ?? [];
    return Number(major) >= 17;
  };
  if (await isRecent()) return;
  await installPackages(["openjdk-17-jre-headless"]);
  if (!await isRecent()) throw new Error("TorchServe needs Java 17 or later: `java -version` shows none");
}

async function ensureEnvironment(venv: string, version: string): Promise<string> {
  const marker = join(venv, ".complete");
  if (existsSync(marker)) return venv;
  const hasTorch = () => succeeds(systemPython, ["-c", "import torch, ensurepip"]);
  if (!await hasTorch()) {
    await installPackages(["python3-torch", "python3-venv"]);
    if (!await hasTorch()) throw new Error(`${systemPython} still cannot import torch and ensurepip`);
  }
  rmSync(venv, { recursive: true, force: true });
  await run(systemPython, ["-m", "venv", "--system-site-packages", venv]);
  const packages = [`torchserve==${version}`, `torch-model-archiver==${version}`, "psutil"];
  await run(join(venv, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", ...packages]);
  writeFileSync(marker, `${version}\n`);
  return venv;
}

async function ensureArchives(cache: string, bin: string): Promise<string> {
  const digest = createHash("sha256").update(JSON.stringify(archives));
  for (const handler of new Set(archives.map(({ handler }) => handler))) {
    digest.update(readFileSync(join(handlersFolder, `${handler}.py`)));
  }
  const store = join(cache, `model-store-${digest.digest("hex").slice(0, 12)}`);
  if (existsSync(store)) return store;
  const work = mkdtempSync(join(tmpdir(), "torchserve-check-archives-"));
  try {
    const built = join(cache, `model-store-${process.pid}`);
    mkdirSync(built, { recursive: true });
    writeFileSync(join(work, "weights.json"), "{}\n");
    for (const { file, modelName, version, handler } of archives) {
      const flags = {
        "--model-name": modelName,
        "--version": version,
        "--handler": join(handlersFolder, `${handler}.py`),
        "--serialized-file": join(work, "weights.json"),
        "--export-path": work,
      };
      await run(join(bin, "torch-model-archiver"), ["--force", ...Object.entries(flags).flat()]);
      renameAcross(join(work, `${modelName}.mar`), join(built, file));
    }
    renameSync(built, store);
    return store;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function renameAcross(from: string, to: string): void {
  writeFileSync(to, readFileSync(from));
  rmSync(from);
}

/** Lets one process at a time prepare. A lock that is an hour old is nobody's. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + 15 * 60_000;
  while (true) {
    try {
      mkdirSync(path);
      break;
    } catch (error) {
      if (!existsSync(path)) throw error;
      if (Date.now() - statSync(path).mtimeMs > 60 * 60_000) rmSync(path, { recursive: true, force: true });
      else if (Date.now() > deadline) throw new Error(`${path} is held by another process; remove it if there is none`);
      else await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
