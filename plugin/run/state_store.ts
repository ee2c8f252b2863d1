import type { State } from "../report/report.ts";

/** Instances whose state a connected process remembers. */
const MAX_REMEMBERED = 10_000;

/**
 * What instances remember between runs: in this process, and in files where the host gave a `state_dir`. A state that
 * the host hands over itself is stronger than both.
 */
export class StateStore {
  readonly #remembered = new Map<string, State | undefined>();
  #files: Promise<typeof import("./state_files.ts")> | undefined;
  #directory: string | undefined;

  /** Keeps states in this directory from now on. */
  useDirectory(directory: string): void {
    this.#directory = directory;
    this.#remembered.clear();
  }

  /**
   * The state that the last run of an instance left.
   *
   * @param key the host's `check_id`, or the instance itself as text
   * @param onProblem told when there is a file that cannot be read
   */
  async read(key: string, isCheckId: boolean, onProblem: (message: string) => void): Promise<State | undefined> {
    if (this.#remembered.has(key) || this.#directory === undefined) return this.#remembered.get(key);
    const { readStateFile } = await this.#loadFiles();
    return await readStateFile(this.#directory, key, isCheckId, onProblem);
  }

  /** Keeps a state for the next run. A state that did not change is not written again. */
  async write(
    key: string,
    isCheckId: boolean,
    state: State | undefined,
    onProblem: (message: string) => void,
  ): Promise<void> {
    this.#remembered.delete(key);
    this.#remembered.set(key, state);
    if (this.#remembered.size > MAX_REMEMBERED) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined) this.#remembered.delete(oldest);
    }
    if (this.#directory === undefined || state === undefined) return;
    const { writeStateFile } = await this.#loadFiles();
    await writeStateFile(this.#directory, key, isCheckId, state, onProblem);
  }

  #loadFiles(): Promise<typeof import("./state_files.ts")> {
    return this.#files ??= import("./state_files.ts");
  }
}
