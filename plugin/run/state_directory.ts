import { type Bounds, OutOfTimeError, within } from "../runtime/bounds.ts";
import type { Instance } from "./instance.ts";
import type { State } from "../report/mod.ts";

/** Told of what went wrong with a state file, in one sentence. */
export type OnProblem = (message: string) => void;

/**
 * A directory that a host gave for states, one file for each instance. A file system that hangs takes no more of a run
 * than its bounds.
 */
export class StateDirectory {
  #swept: Promise<void> | undefined;
  #files: Promise<typeof import("./state_files.ts")> | undefined;

  constructor(readonly path: string) {}

  /** The state that is kept of an instance; a file that cannot be read is told, and is a first run. */
  async read(instance: Instance<unknown>, bounds: Bounds, onProblem: OnProblem): Promise<State | undefined> {
    try {
      const { readStateFile } = await this.#load();
      const found = await readStateFile(this.path, instance, bounds, onProblem);
      instance.textOnDisk = found?.text;
      return found?.state;
    } catch (thrown) {
      if (!(thrown instanceof OutOfTimeError)) throw thrown;
      onProblem(
        `the state in ${this.path} could not be read in time, starting afresh: check the file system of state_dir`,
      );
      return undefined;
    }
  }

  /** Keeps a state. One that did not change is not written again; what fails is told. */
  async write(instance: Instance<unknown>, state: State, bounds: Bounds, onProblem: OnProblem): Promise<void> {
    const files = await this.#load();
    const text = files.stateText(instance, state);
    const before = instance.writing ?? Promise.resolve();
    const writing = before.then(async () => {
      if (instance.textOnDisk === text) return;
      instance.textOnDisk = undefined;
      await (this.#swept ??= files.sweep(this.path));
      const problem = await files.writeStateFile(this.path, instance, text);
      if (problem === undefined) instance.textOnDisk = text;
      else onProblem(problem);
    });
    instance.writing = writing;
    try {
      await within(writing, bounds);
    } catch (thrown) {
      if (!(thrown instanceof OutOfTimeError)) throw thrown;
      if (thrown.why === "cancelled") return;
      onProblem(`the state could not be kept in ${this.path} in time: check the file system of state_dir`);
    }
  }

  #load(): Promise<typeof import("./state_files.ts")> {
    return this.#files ??= import("./state_files.ts");
  }
}
