import type { InvalidConfig } from "./config_report.ts";
import type { State } from "../report/mod.ts";
import { Prepared } from "./prepared.ts";

/** Who an instance is to its host: a `check_id`, or else the instance itself as text. */
export interface InstanceKey {
  readonly key: string;
  readonly isCheckId: boolean;
}

/** A configuration that can run, or why it cannot. */
export type Preparation =
  | { readonly ok: true; readonly prepared: Prepared }
  | { readonly ok: false } & InvalidConfig;

/**
 * All that is kept of one instance between its runs. Whoever runs instances owns these: a session, a command.
 *
 * @typeParam Memory what the owner keeps beside it
 */
export class Instance<Memory = undefined> implements InstanceKey {
  /** What the last run left for the next one. */
  state: State | undefined;
  /** Whether `state` is what the last run left, so that no file has to be asked for it. */
  hasRun = false;
  /** The text of its state file as it was last seen: an unchanged state is not written again. */
  textOnDisk: string | undefined;
  /** The write of its state file that is under way; the next one waits for it. */
  writing: Promise<void> | undefined;
  /** Whether the host keeps the state itself and hands it over with each run. */
  isKeptByHost = false;
  #text: string | undefined;
  #preparation: Promise<Preparation> | undefined;

  constructor(readonly key: string, readonly isCheckId: boolean, readonly memory: Memory) {}

  /**
   * Validates the configuration, once for as long as it stays the same.
   *
   * @param text the configuration as JSON
   */
  prepare(text: string, instance: unknown, initConfig: unknown): Promise<Preparation> {
    if (this.#preparation !== undefined && this.#text === text) return this.#preparation;
    return this.adopt(text, prepare(instance, initConfig));
  }

  /** Takes a validation of the same text that was made elsewhere, such as with the file that it stands in. */
  adopt(text: string, preparation: Promise<Preparation>): Promise<Preparation> {
    this.#text = text;
    this.#preparation = preparation;
    return preparation;
  }
}

async function prepare(instance: unknown, initConfig: unknown): Promise<Preparation> {
  const { validateInstance } = await import("../config/mod.ts");
  const result = await validateInstance(instance, initConfig);
  return result.ok ? { ok: true, prepared: new Prepared(result.config, result.issues) } : result;
}
