import { readFile, stat } from "node:fs/promises";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { embeddedAssets } from "../assets/mod.ts";
import { Api, type Outcome, type Part, PARTS, push, PushState } from "../assets/push/mod.ts";
import { httpDefaults } from "../config/mod.ts";
import { createHttpClient, HttpError } from "../http/mod.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** What is told of `assets push` and `assets pull` on the command line. */
export interface PushOptions {
  readonly state?: string;
  readonly credentials?: string;
  readonly only?: readonly Part[];
  readonly withPipeline?: boolean;
  readonly notify?: readonly string[];
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly remove?: boolean;
}

/** Where Datadog is, by what it calls its sites (https://docs.datadoghq.com/getting_started/site/). */
export const SITES = [
  "datadoghq.com",
  "us3.datadoghq.com",
  "us5.datadoghq.com",
  "datadoghq.eu",
  "ap1.datadoghq.com",
  "ap2.datadoghq.com",
  "uk1.datadoghq.com",
  "ddog-gov.com",
  "us2.ddog-gov.com",
] as const;

const NAMES = ["DD_API_KEY", "DD_APP_KEY", "DD_SITE", "DD_API_URL"] as const;
type Settings = Partial<Record<(typeof NAMES)[number], string>>;

/** The longest that a whole push may take, in milliseconds: rate limits are waited for. */
const PATIENCE_MS = 3_600_000;
/** Seconds that one answer may take. */
const TIMEOUT = 30;
/** What others may do with a file: anything at all. */
const OF_OTHERS = 0o077;

/** Outcomes that need a person. */
const UNDONE: ReadonlySet<Outcome["done"]> = new Set(["edited", "failed", "refused", "skipped"]);

/** What is no difference. */
const SAME: ReadonlySet<Outcome["done"]> = new Set(["unchanged", "not yet"]);

/** `assets push`: brings dashboards, monitors and metadata to Datadog. Ends with 1 when something was not done. */
export async function runPush(options: PushOptions): Promise<void> {
  const outcomes = await bring(options);
  if (outcomes.some(({ done }) => UNDONE.has(done))) setExitStatus(1);
}

/** `assets pull --diff`: says where the backend differs from what is shipped. Ends with 1 when it does. */
export async function runPull(options: PushOptions): Promise<void> {
  const outcomes = await bring({ ...options, dryRun: true });
  if (outcomes.some(({ done }) => !SAME.has(done))) setExitStatus(1);
}

async function bring(options: PushOptions): Promise<Outcome[]> {
  const { settings, secrets } = await settingsOf(options.credentials);
  const base = baseOf(settings);
  const state = await readState(options.state, base, options.dryRun === true);
  const hide = (text: string) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "***"), text);
  const http = await createHttpClient(
    httpDefaults({
      headers: { "DD-API-KEY": settings.DD_API_KEY ?? "", "DD-APPLICATION-KEY": settings.DD_APP_KEY ?? "" },
      timeout: TIMEOUT,
      allow_redirects: false,
    }),
    { deadlineMs: monotonicMs() + PATIENCE_MS },
  );
  try {
    const api = new Api({
      http,
      base,
      hide,
      wait: async (seconds) => void await sleep(1_000 * seconds),
      say: (text) => process.stderr.isTTY && tell(hide(text)),
    });
    const outcomes = await push(api, await embeddedAssets(), state, {
      parts: new Set(options.only ?? PARTS),
      withPipeline: options.withPipeline === true || options.only?.includes("pipeline") === true,
      notify: options.notify ?? [],
      remove: options.remove === true,
      force: options.force === true,
      dry: options.dryRun === true,
      onOutcome: (outcome) => print(outcome, options.dryRun === true, hide),
    });
    summarise(outcomes);
    return outcomes;
  } catch (error) {
    if (error instanceof HttpError) throw new UsageError(hide(error.message), error.hint);
    throw error;
  } finally {
    await http.close();
  }
}

function print({ what, done, detail, diff }: Outcome, isDry: boolean, hide: (text: string) => string): void {
  const line = `${done.padEnd(12)} ${what}${detail === undefined ? "" : `: ${detail}`}`;
  writeStdout(`${oneLine(hide(line))}\n`);
  if (isDry || done === "edited") { for (const one of diff ?? []) writeStdout(`    ${oneLine(hide(one))}\n`); }
}

function summarise(outcomes: readonly Outcome[]): void {
  const counts = new Map<string, number>();
  for (const { done } of outcomes) counts.set(done, (counts.get(done) ?? 0) + 1);
  writeStdout(`${[...counts].map(([done, count]) => `${count} ${done}`).join(", ") || "nothing was asked for"}\n`);
}

/** The keys, from the environment or a file; never from arguments, which everybody on the machine can read. */
async function settingsOf(path: string | undefined): Promise<{ settings: Settings; secrets: string[] }> {
  const settings: Settings = path === undefined ? fromEnvironment() : await fromFile(path);
  for (const name of ["DD_API_KEY", "DD_APP_KEY"] as const) {
    if ((settings[name] ?? "") !== "") continue;
    const where = path === undefined
      ? "set it in the environment, or name a file with --credentials"
      : `put it into ${path}`;
    throw new UsageError(`${name} is not set`, where);
  }
  return { settings, secrets: [settings.DD_API_KEY ?? "", settings.DD_APP_KEY ?? ""] };
}

function fromEnvironment(): Settings {
  return Object.fromEntries(NAMES.flatMap((name) => {
    const value = process.env[name]?.trim();
    return value === undefined || value === "" ? [] : [[name, value]];
  }));
}

/** Lines of `NAME=value`, as a shell would read them; `#` starts a comment. */
async function fromFile(path: string): Promise<Settings> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== "win32" && (mode & OF_OTHERS) !== 0) {
      throw new UsageError(`${path} can be read by others: chmod 600 ${path}`);
    }
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
  const settings: Settings = {};
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*(#|$)/.test(line)) return;
    const [, name = "", value = ""] = /^\s*(?:export\s+)?([A-Z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const known = NAMES.find((one) => one === name);
    if (known === undefined) {
      throw new UsageError(`${path}:${i + 1}: expected one of ${NAMES.join(", ")} and = and its value`);
    }
    settings[known] = value.replace(/^(["'])(.*)\1$/, "$2");
  });
  return settings;
}

function baseOf({ DD_SITE: site = "datadoghq.com", DD_API_URL: url }: Settings): string {
  if (url !== undefined) return checkedUrl(url);
  if (!SITES.some((known) => known === site)) {
    throw new UsageError(
      `DD_SITE: ${site} is no site of Datadog`,
      `one of ${SITES.join(", ")}; DD_API_URL names another address`,
    );
  }
  return `https://api.${site}`;
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new UsageError(`DD_API_URL: ${text} is no URL`, "as https://api.datadoghq.com");
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("DD_API_URL has user info", "keys go into DD_API_KEY and DD_APP_KEY");
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) {
    throw new UsageError(`DD_API_URL: ${url.origin} would send the keys in the clear`, "use https://");
  }
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}

async function readState(path: string | undefined, base: string, isDry: boolean): Promise<PushState> {
  let state: PushState;
  try {
    state = await PushState.read(path, base);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  try {
    if (!isDry) await state.check();
  } catch (error) {
    throw new UsageError(
      `the state file ${path} cannot be written: ${messageOf(error)}`,
      "name a file in a directory that you may write to; nothing was pushed",
    );
  }
  return state;
}

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error);
