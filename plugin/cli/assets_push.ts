import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { embeddedAssets } from "../assets/mod.ts";
import {
  Api,
  grafanaBodies,
  type Outcome,
  type Part,
  PARTS,
  push,
  PushState,
  pushToGrafana,
} from "../assets/push/mod.ts";
import { httpDefaults } from "../config/mod.ts";
import { createHttpClient, HttpError } from "../http/mod.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { backendOf, type Target } from "./push_credentials.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** What is told of `assets push` and `assets pull` on the command line. */
export interface PushOptions {
  readonly to: Target;
  readonly state?: string;
  readonly credentials?: string;
  readonly only?: readonly Part[];
  readonly withPipeline?: boolean;
  readonly notify?: readonly string[];
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly remove?: boolean;
}

/** The longest that a whole push may take, in milliseconds: rate limits are waited for. */
const PATIENCE_MS = 3_600_000;
/** Seconds that one answer may take. */
const TIMEOUT = 30;

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
  refuseForGrafana(options);
  const { base, headers, hide } = await backendOf(options.to, options.credentials);
  const isDry = options.dryRun === true;
  const state = await readState(options.state, base, isDry);
  const http = await createHttpClient(
    httpDefaults({ headers, timeout: TIMEOUT, allow_redirects: false }),
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
    const texts = await embeddedAssets();
    const common = {
      remove: options.remove === true,
      force: options.force === true,
      dry: isDry,
      onOutcome: (outcome: Outcome) => print(outcome, isDry, hide),
    };
    const outcomes = options.to === "grafana"
      ? await pushToGrafana(api, grafanaBodies(texts), state, common)
      : await push(api, texts, state, {
        ...common,
        parts: new Set(options.only ?? PARTS),
        withPipeline: options.withPipeline === true || options.only?.includes("pipeline") === true,
        notify: options.notify ?? [],
      });
    summarise(outcomes);
    return outcomes;
  } catch (error) {
    if (error instanceof HttpError) {
      throw new UsageError(hide(error.message), error.hint ?? "look at the address and the keys");
    }
    throw error;
  } finally {
    await http.close();
  }
}

/** Of what is shipped, Grafana gets the dashboards. */
function refuseForGrafana({ to, only, withPipeline, notify }: PushOptions): void {
  if (to !== "grafana") return;
  const asked = only?.some((part) => part !== "dashboards") === true
    ? "--only"
    : withPipeline === true
    ? "--with-pipeline"
    : notify !== undefined
    ? "--notify"
    : undefined;
  if (asked === undefined) return;
  throw new UsageError(
    `${asked}: only dashboards go to Grafana`,
    "assets render prometheus makes alert rules of the monitors",
  );
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

async function readState(path: string | undefined, base: string, isDry: boolean): Promise<PushState> {
  let state: PushState;
  try {
    state = await PushState.read(path, base);
  } catch (error) {
    throw new UsageError(messageOf(error), "name the file that an earlier push wrote, or a new one: --state FILE");
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
