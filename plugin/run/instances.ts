import { Instance, type InstanceKey } from "./instance.ts";

/** Instances that are kept at once: more than one host agent runs on one machine. */
export const MAX_INSTANCES = 4_096;

/** The instances of a session, the least recently used of which are dropped where there are too many. */
export class Instances<Memory> {
  readonly #instances = new Map<string, Instance<Memory>>();
  readonly #makeMemory: () => Memory;
  readonly #onDrop: (instance: Instance<Memory>) => void;
  readonly #most: number;

  /**
   * @param makeMemory makes what the owner keeps of an instance
   * @param onDrop told when an instance is dropped: what only it remembers is lost
   */
  constructor(makeMemory: () => Memory, onDrop: (instance: Instance<Memory>) => void, most = MAX_INSTANCES) {
    this.#makeMemory = makeMemory;
    this.#onDrop = onDrop;
    this.#most = most;
  }

  /** The instance of a key, as its last run left it or new. */
  get({ key, isCheckId }: InstanceKey): Instance<Memory> {
    const name = `${isCheckId ? "id" : "text"} ${key}`;
    const instance = this.#instances.get(name) ?? new Instance(key, isCheckId, this.#makeMemory());
    this.#instances.delete(name);
    this.#instances.set(name, instance);
    const [[oldestName, oldest] = []] = this.#instances;
    if (this.#instances.size > this.#most && oldestName !== undefined && oldest !== undefined) {
      this.#instances.delete(oldestName);
      this.#onDrop(oldest);
    }
    return instance;
  }

  /** How many are kept. */
  get count(): number {
    return this.#instances.size;
  }

  /** Forgets what runs left, since states are kept elsewhere from now on. */
  forgetStates(): void {
    for (const instance of this.#instances.values()) {
      instance.state = undefined;
      instance.hasRun = false;
      instance.textOnDisk = undefined;
    }
  }
}
