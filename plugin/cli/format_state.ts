import { Instance, StateDirectory } from "../run/mod.ts";
import type { State } from "../report/mod.ts";
import { monotonicMs } from "../runtime/bounds.ts";

/** What a file system may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** What a format must know of its last round, in memory or in a directory. */
export class FormatState {
  readonly #kept: Instance;
  #state: State | undefined;
  #isRead: boolean;

  /**
   * @param states where it is kept; `undefined`: in memory
   * @param key what tells the format and the instances from all others
   * @param onProblem told what went wrong with the file
   */
  constructor(
    readonly states: StateDirectory | undefined,
    key: string,
    readonly onProblem: (message: string) => void,
  ) {
    this.#kept = new Instance(key, false, undefined);
    this.#isRead = states === undefined;
  }

  async read(): Promise<State | undefined> {
    if (!this.#isRead) this.#state = await this.states?.read(this.#kept, bounds(), this.onProblem);
    this.#isRead = true;
    return this.#state;
  }

  async write(state: State | undefined): Promise<void> {
    this.#state = state;
    if (state !== undefined) await this.states?.write(this.#kept, state, bounds(), this.onProblem);
  }
}

const bounds = () => ({ deadlineMs: monotonicMs() + TIMEOUT_MS });
