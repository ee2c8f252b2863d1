import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { mapConcurrently } from "../runtime/concurrency.ts";
import { SETTING_VARIABLES } from "../torchserve/settings.ts";
import { type Listening, parseListening } from "./listening.ts";

/** A Java process that runs TorchServe, as far as this process may look at it. */
export interface TorchServeProcess {
  readonly pid: number;
  readonly uid: number;
  /** Options of the virtual machine: what stands before the main class. */
  readonly vmOptions: readonly string[];
  /** Arguments of TorchServe: what stands after it. */
  readonly args: readonly string[];
  /** The working directory. This and what follows is `undefined` where it belongs to another user. */
  readonly directory: string | undefined;
  /** The variables that {@linkcode VARIABLES} names. */
  readonly environment: ReadonlyMap<string, string> | undefined;
  /** Paths of open files. */
  readonly openFiles: readonly string[] | undefined;
  /** Its sockets; `undefined` also where they are those of a network of its own. */
  readonly listening: readonly Listening[] | undefined;
  /** It sees other files than this process: it is in a container. */
  readonly isContained: boolean;
  /** Where its files are for this process. */
  readonly root: string;
}

/** The processes, or why there are none to look at. */
export type Processes = { readonly processes: readonly TorchServeProcess[] } | { readonly problem: string };

/** What TorchServe's main class is called; it is an argument of its own (`ts/model_server.py`). */
const MAIN_CLASS = "org.pytorch.serve.ModelServer";
/** The environment holds secrets: nothing but these is taken from it. */
const VARIABLES: ReadonlySet<string> = new Set([
  "LOG_LOCATION",
  "METRICS_LOCATION",
  "TS_CONFIG_FILE",
  ...SETTING_VARIABLES,
]);
const MAX_OPEN_FILES = 65_536;
const CONCURRENCY = 16;

/**
 * Finds the TorchServe processes of this machine in its process file system (proc(5)).
 *
 * @param root `/proc`, or a folder that looks like it
 */
export async function findProcesses(root: string): Promise<Processes> {
  let entries: string[];
  try {
    entries = await readdir(root);
  } catch (thrown) {
    const isForbidden = thrown instanceof Error && thrown.name === "NotCapable";
    return {
      problem: isForbidden
        ? `Deno lets a program read ${root} with --allow-all only`
        : `${root} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`,
    };
  }
  const pids = entries.filter((entry) => /^\d+$/.test(entry));
  const found = await mapConcurrently(pids, CONCURRENCY, (pid) => inspect(root, pid));
  return { processes: found.filter((process) => process !== undefined) };
}

async function inspect(root: string, pid: string): Promise<TorchServeProcess | undefined> {
  const folder = `${root}/${pid}`;
  const words = (await orUndefined(readFile(`${folder}/cmdline`, "utf8")))?.split("\0");
  const main = words?.indexOf(MAIN_CLASS) ?? -1;
  // `ps` and `pgrep` that look for it have the class among their words, too; a virtual machine has options before it.
  if (words === undefined || main < 1 || !words.slice(0, main).some((word) => /^-(cp|D|X|-?class-?path)/.test(word))) {
    return undefined;
  }
  const owner = await orUndefined(stat(folder));
  if (owner === undefined) return undefined;
  const [directory, environment, descriptors, isContained, hasOtherNetwork] = await Promise.all([
    orUndefined(readlink(`${folder}/cwd`)),
    orUndefined(readFile(`${folder}/environ`, "utf8")),
    openDescriptors(folder),
    differs(root, pid, "mnt"),
    differs(root, pid, "net"),
  ]);
  return {
    pid: Number(pid),
    uid: owner.uid,
    vmOptions: words.slice(1, main),
    args: words.slice(main + 1),
    directory,
    environment: environment === undefined ? undefined : variables(environment),
    openFiles: descriptors?.filter((path) => path.startsWith("/")),
    listening: descriptors === undefined || hasOtherNetwork ? undefined : await listening(folder, new Set(descriptors)),
    isContained,
    root: isContained ? `${folder}/root` : "",
  };
}

function variables(environment: string): Map<string, string> {
  const pairs = environment.split("\0").flatMap((entry): [string, string][] => {
    const at = entry.indexOf("=");
    const name = entry.slice(0, Math.max(0, at));
    return VARIABLES.has(name) ? [[name, entry.slice(at + 1)]] : [];
  });
  return new Map(pairs);
}

async function openDescriptors(folder: string): Promise<string[] | undefined> {
  const numbers = await orUndefined(readdir(`${folder}/fd`));
  if (numbers === undefined) return undefined;
  const links = await mapConcurrently(
    numbers.slice(0, MAX_OPEN_FILES),
    CONCURRENCY,
    (number) => orUndefined(readlink(`${folder}/fd/${number}`)),
  );
  return links.filter((link) => link !== undefined);
}

async function listening(folder: string, descriptors: ReadonlySet<string>): Promise<Listening[]> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => orUndefined(readFile(`${folder}/net/${name}`, "utf8"))),
  );
  const all = tables.flatMap((table) => parseListening(table ?? ""));
  return all.filter(({ inode }) => descriptors.has(`socket:[${inode}]`));
}

/** Whether a process is in another namespace than this one (namespaces(7)). */
async function differs(root: string, pid: string, namespace: "mnt" | "net"): Promise<boolean> {
  const [own, others] = await Promise.all(
    ["self", pid].map((process) => orUndefined(readlink(`${root}/${process}/ns/${namespace}`))),
  );
  return own !== undefined && others !== undefined && own !== others;
}

/** Processes end, and those of other users are closed: what cannot be read is not there. */
async function orUndefined<T>(result: Promise<T>): Promise<T | undefined> {
  return await result.catch(() => undefined);
}
