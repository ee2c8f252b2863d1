import { realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { nearest } from "../config/mod.ts";
import { EXIT } from "../formats/mod.ts";
import {
  type Action,
  agentOf,
  detectHosts,
  HOST_NAMES,
  type HostName,
  install,
  InstallError,
  type Outcome,
  platformOf,
  Root,
  type Target,
  uninstall,
  verification,
} from "../hosts/mod.ts";
import { ownExecutable } from "../runtime/executable.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { VERSION } from "../version.ts";
import { configurationFrom } from "./install_configuration.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** What `uninstall` is told. */
export interface UninstallCommand {
  /** The file system that it is about, where not this machine's. */
  readonly root?: string;
  readonly dryRun: boolean;
}

/** What `install` is told. */
export interface InstallCommand extends UninstallCommand {
  readonly force: boolean;
  /** Where to look for TorchServe. */
  readonly from?: string;
  /** A configuration to take. */
  readonly config?: string;
  /** The executable to install. */
  readonly binary?: string;
}

/** What people read of an action; the second, where nothing is done. */
const WORDS: Readonly<Record<Action, readonly [done: string, wouldBe: string]>> = {
  create: ["created", "would create"],
  replace: ["replaced", "would replace"],
  same: ["as it is", "as it is"],
  keep: ["kept", "would keep"],
  blocked: ["NOT replaced", "would NOT replace"],
  remove: ["removed", "would remove"],
};

/**
 * `install`: installs into a host, or says which hosts there are. The exit status is 1 when it is not done, or not all of
 * it.
 *
 * @throws {UsageError} for what cannot be meant
 */
export async function runInstall(name: string | undefined, command: InstallCommand): Promise<void> {
  const binary = command.binary ?? ownExecutable();
  await attempt(async () => {
    const place = await placeOf(name, command, binary);
    if (place === undefined) return await tellHosts(targetOf(command));
    const { host, target } = place;
    if (binary === undefined) {
      throw new UsageError("this runs from its sources, which a host cannot", "name the executable: --binary FILE");
    }
    if (!isFile(binary)) throw new UsageError(`--binary ${binary}: there is no such file`, "name the executable");
    const configuration = configurationFrom(command);
    const outcome = await install(host, target, { binary, configuration }, { ...command, version: VERSION });
    const { before, isDone } = outcome;
    if (before !== undefined) tell(`Version ${before} is installed; this is ${VERSION}.`);
    show(outcome, command.dryRun);
    if (!isDone) {
      tell("torchserve-check: not all of it is installed");
      tell("What to do: look at the files that were not replaced; --force replaces them, and keeps the old ones");
      return setExitStatus(EXIT.failed);
    }
    if (!command.dryRun) writeStdout(`\n${verification(host, target).map((line) => `${oneLine(line)}\n`).join("")}`);
  });
}

/**
 * `uninstall`: removes what `install` installed. The exit status is 1 when it cannot.
 *
 * @throws {UsageError} for what cannot be meant
 */
export async function runUninstall(name: string | undefined, command: UninstallCommand): Promise<void> {
  await attempt(async () => {
    const place = await placeOf(name, command, ownExecutable());
    if (place === undefined) return await tellHosts(targetOf(command));
    const outcome = await uninstall(place.host, place.target, command);
    show(outcome, command.dryRun);
    if (outcome.steps.length > 0) return;
    tell(`torchserve-check: nothing is installed for ${place.host}`);
    setExitStatus(EXIT.failed);
  });
}

/** Does it; what stands in the way is told. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof InstallError) {
      tell(`torchserve-check: ${thrown.message}`);
      if (thrown.hint !== undefined) tell(`What to do: ${thrown.hint}`);
    } else if (thrown instanceof Error && "syscall" in thrown) {
      tell(`torchserve-check: ${thrown.message}`);
      if (/^(?:EACCES|EPERM)\b/.test(thrown.message)) {
        tell("What to do: run it as root: sudo torchserve-check install …");
      }
    } else throw thrown;
    setExitStatus(EXIT.failed);
  }
}

function targetOf({ root }: UninstallCommand): Target {
  return { root: new Root(root === undefined ? resolve("/") : root), platform: platformOf(process.platform) };
}

/** The host, and where it is: as it was named, or that of the directory where this runs, or lies. */
async function placeOf(
  name: string | undefined,
  command: UninstallCommand,
  binary: string | undefined,
): Promise<{ readonly host: HostName; readonly target: Target } | undefined> {
  const target = targetOf(command);
  if (name !== undefined) return { host: hostOf(name), target };
  if (command.root !== undefined) return undefined;
  const here = process.cwd();
  const beside = binary === undefined ? undefined : dirname(realpathSync(binary));
  for (const directory of beside === undefined || beside === here ? [here] : [here, beside]) {
    const agent = await agentOf(target.root, directory);
    if (agent === undefined) continue;
    // One that was dropped beside the checks is run there.
    return { host: "datadog", target: { ...target, agent, ...(beside === directory && binary ? { binary } : {}) } };
  }
  return undefined;
}

function hostOf(name: string): HostName {
  const host = HOST_NAMES.find((known) => known === name);
  if (host !== undefined) return host;
  const meant = nearest(name, HOST_NAMES);
  throw new UsageError(
    `${JSON.stringify(name)} is no host that something can be installed into`,
    meant === undefined
      ? `there are ${HOST_NAMES.join(", ")}; docs/hosts has pages for others`
      : `did you mean ${meant}?`,
  );
}

/** Says which hosts are there. Nothing is done by that, so the exit status is 1. */
async function tellHosts(target: Target): Promise<void> {
  const hosts = await detectHosts(target);
  for (const { name, evidence, isInstalled } of hosts) {
    const state = isInstalled ? "installed" : evidence === undefined ? "not here" : "is here";
    writeStdout(
      `${name.padEnd(12)}${state.padEnd(11)}${evidence === undefined ? "" : oneLine(evidence)}`.trimEnd() + "\n",
    );
  }
  tell("torchserve-check: name a host: torchserve-check install HOST");
  setExitStatus(EXIT.failed);
}

function show({ steps, notes, warnings }: Outcome, dryRun: boolean): void {
  const words = steps.map(({ action }) => WORDS[action][dryRun ? 1 : 0]);
  const width = Math.max(0, ...words.map(({ length }) => length));
  for (const [i, { path, note }] of steps.entries()) {
    writeStdout(oneLine(`${(words[i] ?? "").padEnd(width)}  ${path}${note === "" ? "" : `  (${note})`}`) + "\n");
  }
  for (const note of notes) tell(note);
  for (const warning of warnings) tell(`warning: ${warning}`);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
