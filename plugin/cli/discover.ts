import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import {
  describePortsWithoutApi,
  describeProcess,
  discover,
  type Discovery,
  draftConfig,
  isAnythingFound,
  parseHost,
  parsePorts,
  remarks,
  renderJson,
  renderYaml,
  systemProcRoot,
} from "../discover/mod.ts";
import { EXIT } from "../formats/mod.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** Seconds. */
const MAX_TIMEOUT = 300;

const WRITABLE = "name a file in a directory that you may write to: --write FILE";

export interface DiscoverCommand {
  /** `8080,8081,9000-9010`; the usual ones, and those of this machine's servers, where nothing is said. */
  readonly ports?: string;
  /** Seconds of each probe. */
  readonly timeout: number;
  readonly format: "yaml" | "json";
  /** Write to a file: `true` for `conf.yaml` here. */
  readonly write?: string | true;
  /** Also over a file that is there. */
  readonly force: boolean;
}

/**
 * `discover`: looks for TorchServe on a host, and prints a configuration that watches it, or writes it where that is
 * asked for. The exit status is 0; 1 when nothing was found.
 *
 * @throws {UsageError} for arguments that cannot be meant, and for a file that is there already
 */
export async function runDiscover(hostText: string, command: DiscoverCommand): Promise<void> {
  const host = usage("HOST", () => parseHost(hostText));
  const { ports: list, timeout, format } = command;
  const ports = list === undefined ? undefined : usage("--ports", () => parsePorts(list));
  if (!(timeout > 0 && timeout <= MAX_TIMEOUT)) {
    throw new UsageError(
      `--timeout ${timeout}: expected more than 0 and at most ${MAX_TIMEOUT} seconds`,
      "--timeout 2",
    );
  }
  const timeoutMs = timeout * 1_000;
  const file = command.write === true ? "conf.yaml" : command.write;
  if (file !== undefined && !command.force && existsSync(file)) throw exists(file);
  const onProgress = process.stderr.isTTY === true ? tell : undefined;
  const discovery = await discover({
    host,
    ports,
    timeoutMs,
    procRoot: systemProcRoot(),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (!isAnythingFound(discovery)) return nothingFound(discovery);
  const draft = await draftConfig(discovery, timeoutMs);
  const look = `torchserve-check --instance ${file === undefined ? "FILE" : file}`;
  const heading = `What torchserve-check discover found on ${host.name}. To see what it gives: ${look}`;
  const text = format === "json" ? renderJson(draft) : renderYaml(draft, heading);
  if (format === "json") { for (const remark of remarks(draft)) tell(remark); }
  if (file === undefined) {
    writeStdout(text);
    return;
  }
  await write(file, text, command.force);
  const count = draft.servers.flatMap(({ instances }) => instances).filter(({ active }) => active).length;
  writeStdout(
    `${oneLine(file)}: written, ${count} ${count === 1 ? "instance" : "instances"}. To see what it gives: ${
      oneLine(look)
    }\n`,
  );
}

function usage<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new UsageError(`${what}: ${thrown.message}`, "torchserve-check help discover");
  }
}

function exists(file: string): UsageError {
  return new UsageError(`${file} exists already`, "name another file, --write FILE, or add --force to replace it");
}

/** Writes a file that holds no secrets; a new one gets the permissions that the user's other files get. */
async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? "w" : "wx" });
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST") throw exists(file);
    throw new UsageError(`${file} cannot be written: ${thrown instanceof Error ? thrown.message : thrown}`, WRITABLE);
  }
}

function nothingFound({ host, probed, servers, notes }: Discovery): void {
  tell(`torchserve-check: no TorchServe was found on ${host.name}`);
  const processes = servers.map((server) => `${describeProcess(server)}.`);
  for (const line of [...describePortsWithoutApi(probed), ...processes, ...notes]) tell(`  ${line}`);
  tell(
    "What to do: check that TorchServe runs there, and name its host and ports: " +
      "torchserve-check discover HOST --ports 8080,8081,8082",
  );
  setExitStatus(EXIT.failed);
}
