import { stat } from "node:fs/promises";
import type { ConfigIssue } from "../config/mod.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import { oneLine } from "../text/mod.ts";
import { readOwnFile } from "./own_file.ts";
import { OwnMetrics } from "./own_metrics.ts";
import { Prober, type ProberOptions } from "./prober.ts";
import { readSettings } from "./settings.ts";
import { openWebConfig, readWebConfig, type WebConfig, WebConfigError } from "./web_config.ts";

/** The exporter's file cannot be used; the message has a line for each thing that is wrong. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

export interface ExporterOptions extends ProberOptions {
  /** The exporter's file. */
  readonly config: string;
  /** The web configuration; `undefined`: plain HTTP for everybody. */
  readonly webConfig: string | undefined;
  /** Seconds before the end of a scrape's time at which its probe ends. */
  readonly timeoutOffset: number;
  /** What `%%env_NAME%%` in the file stands for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: (level: LogLevel, message: string) => void;
}

/** An exporter: its configuration as it was last read without error, and what it counts of itself. */
export class Exporter {
  readonly metrics = new OwnMetrics();
  readonly options: ExporterOptions;
  #prober: Prober;
  #web: WebConfig;
  #webFiles = "";
  #reloading: Promise<unknown> = Promise.resolve();

  private constructor(options: ExporterOptions, prober: Prober, web: WebConfig) {
    this.options = options;
    this.#prober = prober;
    this.#web = web;
  }

  /**
   * Reads both files.
   *
   * @throws {SettingsError}
   * @throws {WebConfigError}
   */
  static async make(options: ExporterOptions): Promise<Exporter> {
    const web = options.webConfig === undefined ? openWebConfig() : await readWebConfig(options.webConfig);
    const exporter = new Exporter(options, await readProber(options), web);
    exporter.#webFiles = await signatureOf(web.files);
    for (const notice of web.notices) options.log("warning", notice);
    return exporter;
  }

  get prober(): Prober {
    return this.#prober;
  }

  get web(): WebConfig {
    return this.#web;
  }

  /**
   * Reads the exporter's file again. What is kept of targets is given up; a file that is wrong changes nothing.
   *
   * @throws {SettingsError}
   */
  reload(): Promise<void> {
    const reloading = this.#reloading.then(() => this.#reload());
    this.#reloading = reloading.catch(() => {});
    return reloading;
  }

  /**
   * Reads the web configuration again when one of its files changed. Files that are wrong change nothing, and are told.
   *
   * @returns whether another one is in use now
   */
  async refreshWeb(): Promise<boolean> {
    const { options: { webConfig, log } } = this;
    if (webConfig === undefined) return false;
    const signature = await signatureOf(this.#web.files);
    if (signature === this.#webFiles) return false;
    this.#webFiles = signature;
    try {
      const web = await readWebConfig(webConfig);
      if (this.#web.tls === undefined !== (web.tls === undefined)) {
        throw new WebConfigError(`${webConfig}: TLS is turned on or off only when the exporter starts: restart it`);
      }
      this.metrics.webConfigIsGood = true;
      if (web.digest === this.#web.digest) return false;
      this.#web = web;
      this.#webFiles = await signatureOf(web.files);
      log("info", `the web configuration ${webConfig} was read again`);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof WebConfigError)) throw thrown;
      this.metrics.webConfigIsGood = false;
      log("error", `the web configuration stays as it was: ${oneLine(thrown.message)}`);
      return false;
    }
  }

  close(): void {
    this.#prober.close();
  }

  async #reload(): Promise<void> {
    const { config, log } = this.options;
    try {
      const prober = await readProber(this.options);
      this.#prober.close();
      this.#prober = prober;
      this.metrics.configIsGood = true;
      this.metrics.configReadSeconds = Date.now() / 1_000;
      log("info", `${config} was read again`);
    } catch (thrown) {
      this.metrics.configIsGood = false;
      if (thrown instanceof SettingsError) {
        for (const line of thrown.message.split("\n")) log("error", `the configuration stays as it was: ${line}`);
      }
      throw thrown;
    }
  }
}

/** @throws {SettingsError} */
async function readProber(options: ExporterOptions): Promise<Prober> {
  const { config, log } = options;
  const text = await readOwnFile(config, SettingsError);
  const { settings, issues } = await readSettings(text, config, options.environment);
  const errors = issues.filter(({ severity }) => severity === "error");
  if (settings === undefined) throw new SettingsError(errors.map((issue) => issueLine(config, issue)).join("\n"));
  for (const issue of issues) log("warning", issueLine(config, issue));
  if (settings.allow.isEmpty) {
    log("warning", `${config}: targets.allow is empty: every probe is refused until it names targets`);
  }
  return await Prober.make(settings, options);
}

function issueLine(config: string, { path, message, suggestion }: ConfigIssue): string {
  const said = path.startsWith(config) ? `${path}: ${message}` : `${config}: ${path}: ${message}`;
  return oneLine(`${said}${suggestion === undefined ? "" : ` Did you mean ${suggestion}?`}`);
}

/** What changes when one of the files does, or another takes its place. */
async function signatureOf(files: readonly string[]): Promise<string> {
  const found = await Promise.all(files.map(async (file) => {
    const { mtimeMs, ctimeMs, size, ino } = await stat(file).catch(() => ({
      mtimeMs: 0,
      ctimeMs: 0,
      size: -1,
      ino: 0,
    }));
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  }));
  return found.join("\n");
}
