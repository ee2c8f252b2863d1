import { existsSync, renameSync, rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "../command.ts";
import { requirePrograms } from "../debian.ts";

const ROOT = new URL("../../../", import.meta.url);
const INCLUDED = ["ca-certificates", "nodejs", "python3-pip", "python3-venv", "systemd"];

/** A Debian 12 with Python, Node.js and systemd and nothing else, in `.cache`. Nobody changes it. */
export async function prepareDebian(): Promise<string> {
  const folder = fileURLToPath(new URL(".cache/debian-12/", ROOT));
  if (existsSync(folder)) return folder;
  await requirePrograms({ "/usr/sbin/debootstrap": "debootstrap" });
  const building = `${folder.slice(0, -1)}.${process.pid}`;
  try {
    await run("debootstrap", ["--variant=minbase", `--include=${INCLUDED.join(",")}`, "bookworm", building]);
    renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return folder;
}
