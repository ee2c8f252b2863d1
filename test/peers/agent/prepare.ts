import { access, mkdir, rename, rm } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "../../../scripts/run.ts";

const ROOT = new URL("../../../", import.meta.url);
const VERSION = "38.7.0";
const VENV = new URL(`.cache/agent-${VERSION}/`, ROOT);

/** What the base package needs; its own list of extras pins a certifi that no registry serves any more. */
const DEPENDENCIES =
  ("certifi binary cachetools cryptography ddtrace jellyfish lazy-loader prometheus-client protobuf pydantic " +
    "python-dateutil pyyaml requests requests-toolbelt requests-unixsocket2 simplejson urllib3 wrapt").split(" ");

/**
 * A Python with the Agent's check runtime (datadog-checks-base 38.7.0): the one that `TORCHSERVE_CHECK_PYTHON` names, or a
 * virtual environment under `.cache/`, made when it is not there yet (about half a minute).
 *
 * @returns the interpreter's path
 * @throws {Error} when there is no `python3` with venv, or the packages cannot be installed
 */
export async function prepareAgent(): Promise<string> {
  const named = process.env.TORCHSERVE_CHECK_PYTHON;
  if (named !== undefined && named !== "") return named;
  const python = fileURLToPath(new URL("bin/python", VENV));
  if (!await exists(VENV)) await build();
  return python;
}

/** Builds under another name and renames: test files run side by side, and each may find that there is none yet. */
async function build(): Promise<void> {
  const building = new URL(`.cache/agent-${VERSION}.${process.pid}/`, ROOT);
  await mkdir(building, { recursive: true });
  const options = { cwd: ROOT, quiet: true };
  const python = fileURLToPath(new URL("bin/python", building));
  const pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  try {
    await run(["python3", "-m", "venv", fileURLToPath(building)], options);
    await run([...pip, "--no-deps", `datadog-checks-base==${VERSION}`], options);
    await run([...pip, ...DEPENDENCIES], options);
    await rename(building, VENV).catch(async (reason) => {
      if (!await exists(VENV)) throw reason;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function exists(url: URL): Promise<boolean> {
  return await access(url).then(() => true, () => false);
}

if (import.meta.main) process.stderr.write(`${await prepareAgent()}\n`);
