import { existsSync, readdirSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "../../../scripts/run.ts";

const ROOT = new URL("../../../", import.meta.url);
const DDEV = "20.1.0";
const VENV = new URL(`.cache/ddev-${DDEV}/`, ROOT);

/** Names a Python of at least 3.13, which ddev needs. */
const VARIABLE = "TORCHSERVE_CHECK_PYTHON_3_13";

/** Both without what they depend on: all of it takes 509 MB, and most of it is for other commands. */
const VALIDATORS = [`ddev==${DDEV}`, "datadog-checks-dev==40.0.1"];
/** What `ddev validate` imports; bounds are those of the packages above. */
const DEPENDENCIES =
  ("atomicwrites beautifulsoup4==4.12.3 click~=8.1.6 datadog datamodel-code-generator~=0.25.6 httpx " +
    "jsonpointer jsonschema markdown orjson packaging platformdirs pluggy pyyaml requests==2.34.2 rich semver squarify " +
    "structlog==26.1.0 tabulate tenacity toml tomli tomli_w tomlkit typing_extensions").split(" ");

/**
 * A Python with Datadog's validators of integrations: ddev 20.1.0 and datadog-checks-dev 40.0.1, in a virtual environment
 * under `.cache/`, made when it is not there yet (about half a minute, 90 MB).
 *
 * @returns the interpreter's path
 * @throws {Error} when there is no Python of at least 3.13, or the packages cannot be installed
 */
export async function prepareValidators(): Promise<string> {
  if (!existsSync(VENV)) await build(await newPython());
  return fileURLToPath(new URL("bin/python", VENV));
}

/** Builds under another name and renames, so that what is there is whole. */
async function build(python: string): Promise<void> {
  const building = new URL(`.cache/ddev-${DDEV}.${process.pid}/`, ROOT);
  await mkdir(building, { recursive: true });
  const options = { cwd: ROOT, quiet: true };
  const pip = [
    fileURLToPath(new URL("bin/python", building)),
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
  ];
  try {
    await run([python, "-m", "venv", fileURLToPath(building)], options);
    await run([...pip, "--no-deps", ...VALIDATORS], options);
    await run([...pip, ...DEPENDENCIES], options);
    await rename(building, VENV).catch((reason) => {
      if (!existsSync(VENV)) throw reason;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function newPython(): Promise<string> {
  const named = process.env[VARIABLE];
  const candidates = named === undefined || named === "" ? [...installed()] : [named];
  for (const candidate of candidates) {
    const check = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 13))";
    const { status } = await run([candidate, "-c", check], { cwd: ROOT, quiet: true, mayFail: true }).catch(() => ({
      status: 1,
    }));
    if (status === 0) return candidate;
  }
  throw new Error(`ddev needs Python 3.13 or newer: put python3.13 on the PATH, or name one in ${VARIABLE}`);
}

/** On the PATH by name; pyenv's, whose names on the PATH start a version only where it is chosen. */
function* installed(): Generator<string> {
  yield* ["python3", "python3.13", "python3.14"];
  const versions = `${process.env["PYENV_ROOT"] ?? `${process.env["HOME"] ?? ""}/.pyenv`}/versions`;
  if (!existsSync(versions)) return;
  for (const version of readdirSync(versions).filter((name) => /^3\.\d+\.\d+$/.test(name)).sort()) {
    yield `${versions}/${version}/bin/python3`;
  }
}
