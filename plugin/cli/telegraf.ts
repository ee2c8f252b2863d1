import { loadCatalogue } from "../catalogue/mod.ts";
import { EXIT, type Format, type FormatOptions, loadFormat, plain } from "../formats/mod.ts";
import type { Report } from "../report/mod.ts";
import { makeShared, type Shared, StateDirectory } from "../run/mod.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import { readStdin } from "../runtime/stdin.ts";
import { endProcess, OutputError, writeStdout } from "../runtime/stdout.ts";
import { FormatState } from "./format_state.ts";
import { issueLine } from "./issue_line.ts";
import type { LogThreshold } from "./instance_options.ts";
import { type Log, logTo } from "./log.ts";
import { MergedWork } from "./merged_work.ts";
import { readSource } from "./sources.ts";
import type { TargetOptions } from "./target_options.ts";
import { NO_INSTANCES, UsageError } from "./usage_error.ts";
import { type RunOf, WatchedInstance } from "./watched_instance.ts";

/** What `telegraf` is told. */
export interface TelegrafCommand extends TargetOptions {
  /** A file, or what else is a configuration; `undefined` for the usual places. */
  readonly config?: string | undefined;
  /** Where is kept what one process must know of the last. */
  readonly stateDir?: string | undefined;
  readonly logLevel: LogThreshold;
}

/**
 * How Telegraf reads the level of a line on stderr (its `plugins/inputs/execd` and `plugins/common/shim`); a line
 * without is an error.
 */
const PREFIXES: Readonly<Record<LogLevel, string>> = { debug: "D!", info: "I!", warning: "W!", error: "E!" };
const LINE_FEED = 10;

const FORMAT_OPTIONS: FormatOptions = {
  failOn: "never",
  quiet: false,
  paint: plain,
  catalogue: loadCatalogue,
  remembers: true,
};

/**
 * Stays connected to Telegraf's `inputs.execd`: a newline on stdin is a gather, whose metrics, service checks and events
 * go to stdout as influx lines. Each instance gathers by itself, so that one whose target hangs holds up no other;
 * newlines that come while an instance gathers are one more gather of it. A target that is down is a service check.
 *
 * At the end of stdin what runs is finished; a signal ends it at once.
 *
 * @throws {UsageError} when there is nothing to gather
 */
export async function runTelegraf({ config, stateDir, logLevel, host, port }: TelegrafCommand): Promise<void> {
  const log = logTo(logLevel, PREFIXES);
  const file = await readSource(config, { host, port });
  for (const issue of file.issues) log(issue.severity, issueLine(issue, file.origin));
  if (file.instances.length === 0) throw new UsageError(`${file.origin} has no instances to gather from`, NO_INSTANCES);
  const [shared, format] = await Promise.all([makeShared(), loadFormat("influx")]);
  const states = stateDir === undefined ? undefined : new StateDirectory(stateDir);
  const signals = new AbortController();
  const told = new Set<string>();
  const tellOnce: Log = (level, message) => {
    if (level !== "debug" && told.has(message)) return;
    if (told.size >= MAX_TOLD) told.clear();
    if (level !== "debug") told.add(message);
    log(level, message);
  };
  let status: number = EXIT.fine;
  const input: { end: () => void } = { end: () => {} };
  const gathers = file.instances.map((instance) => {
    const gather = new Gather(
      new WatchedInstance(instance),
      format,
      { shared, states, signal: signals.signal, log: tellOnce },
      log,
    );
    return new MergedWork(async () => {
      try {
        writeStdout(await gather.run());
      } catch (thrown) {
        if (signals.signal.aborted) return;
        if (thrown instanceof OutputError) {
          // Telegraf has gone away.
          status = EXIT.failed;
          input.end();
        } else log("error", `${instance.path}: internal error, please report it: ${thrown}`);
      }
    });
  });
  await new Promise<void>((resolve) => {
    const reading = readStdin({
      onData: (bytes) => {
        if (bytes.includes(LINE_FEED)) { for (const gather of gathers) gather.ask(); }
      },
      onEnd: resolve,
      onSignal: () => signals.abort(),
    });
    input.end = reading.end;
  });
  await Promise.all(gathers.map((gather) => gather.end()));
  shared.close();
  // All is written. What may still go on is a system call that hangs: nothing waits for it.
  endProcess(status);
}

/** Messages that are known to have been told: a target may give ever new ones. */
const MAX_TOLD = 1_000;

/** The gathers of one instance. */
class Gather {
  readonly #formatState: FormatState;
  #findings: ReadonlySet<string> = new Set();

  /**
   * @param log told of what is new of the target, at `info` at most: that it is down is a service check
   */
  constructor(
    readonly instance: WatchedInstance,
    readonly format: Format,
    readonly how: RunOf & { readonly shared: Shared; readonly log: Log },
    readonly log: Log,
  ) {
    const key = JSON.stringify(["influx", instance.text]);
    this.#formatState = new FormatState(how.states, key, (message) => how.log("warning", message));
  }

  /** Runs the instance once; returns its lines. */
  async run(): Promise<string> {
    const ran = await this.instance.run(this.how);
    const state = await this.#formatState.read();
    const rendered = await this.format.render({ reports: [ran], state }, FORMAT_OPTIONS);
    await this.#formatState.write(rendered.state);
    for (const note of rendered.notes ?? []) this.how.log("info", `${ran.instance}: ${note}`);
    this.#tellNews(`${ran.instance}${ran.url === undefined ? "" : ` (${ran.url})`}`, ran.report);
    return rendered.text;
  }

  #tellNews(what: string, { error, warnings }: Report): void {
    const found = [...error === undefined ? [] : [error], ...warnings];
    const findings = new Set(found.map(({ code, message }) => `${code}: ${message}`));
    for (const finding of findings) if (!this.#findings.has(finding)) this.log("info", `${what}: ${finding}`);
    if (findings.size === 0 && this.#findings.size > 0) this.log("info", `${what}: all is well again`);
    this.#findings = findings;
  }
}
