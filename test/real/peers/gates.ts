import { createPublicKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Emulator } from "../../../plugin/emulator/mod.ts";
import { run } from "../../../scripts/run.ts";
import { tlsPath } from "../../contract/http_servers.ts";
import { freePorts } from "../free_ports.ts";
import { type Daemon, openDirectory, startDaemon } from "./daemon.ts";

const ROOT = new URL("../../../", import.meta.url);
const PACKAGES = ["botocore==1.44.5", "pyspnego==0.12.4", "PyJWT==2.15.1", "Authlib==1.9.9", "cryptography"];
const VENV = new URL(".cache/gates-1/", ROOT);

export const NTLM = { ntlm_domain: "DOMAIN\\user", password: "pässword with spaces" };
export const AWS = {
  host: "search-models.eu-west-1.es.amazonaws.com",
  region: "eu-west-1",
  service: "es",
  id: "AKIDEXAMPLE",
  secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  token: "a session's token/with=signs+",
};
export const OAUTH = { id: "torchserve check", secret: "s&cret: with ünusual=signs", expires_in: 3_600 };
export const DCOS = { uid: "monitor", key: tlsPath("service-account.key") };

/** Gates that want authentication, kept by other implementations than ours; see gates.py. */
export interface Gates extends Daemon {
  readonly ports: { readonly ntlm: number; readonly aws: number; readonly token: number };
}

/** Installs the implementations into a virtual environment under `.cache/`, once, and starts the gates. */
export async function startGates(parent: string, emulator: Emulator): Promise<Gates> {
  const python = await preparePython();
  const directory = openDirectory(parent, "gates");
  const [ntlm = 0, aws = 0, token = 0] = await freePorts(3);
  const ports = { ntlm, aws, token };
  const inDirectory = (name: string, content: string | Uint8Array) => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };
  const [domain, user] = NTLM.ntlm_domain.split("\\");
  const publicKey = createPublicKey(readFileSync(DCOS.key)).export({ type: "spki", format: "pem" });
  const settings = inDirectory(
    "settings.json",
    JSON.stringify({
      ports,
      upstreams: {
        ping: emulator.inferenceUrl,
        models: emulator.managementUrl,
        metrics: emulator.metricsUrl,
      },
      ntlm: { users: inDirectory("users", `${domain}:${user}:${NTLM.password}\n`) },
      aws: AWS,
      oauth: OAUTH,
      dcos: { uid: DCOS.uid, public_key: inDirectory("service-account.pem", publicKey) },
    }),
  );
  const script = fileURLToPath(new URL("gates.py", import.meta.url));
  return { ...await startDaemon(directory, [python, script, settings], [ntlm, aws, token]), ports };
}

async function preparePython(): Promise<string> {
  const python = fileURLToPath(new URL("bin/python", VENV));
  if (await exists(VENV)) return python;
  const building = new URL(`.cache/gates-1.${process.pid}/`, ROOT);
  await mkdir(building, { recursive: true });
  try {
    await run(["python3", "-m", "venv", fileURLToPath(building)], { cwd: ROOT, quiet: true });
    const pip = [fileURLToPath(new URL("bin/python", building)), "-m", "pip", "install", "--quiet"];
    await run([...pip, "--disable-pip-version-check", ...PACKAGES], { cwd: ROOT, quiet: true });
    await rename(building, VENV).catch(async (reason) => {
      if (!await exists(VENV)) throw reason;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return python;
}

async function exists(url: URL): Promise<boolean> {
  return await access(url).then(() => true, () => false);
}
