/** Work that is asked for again and again. What is asked for while it runs becomes one more run of it, however often. */
export class MergedWork {
  #running: Promise<void> | undefined;
  #again = false;
  #ended = false;

  /** @param work what is done; it fails with nothing that matters to whoever asks */
  constructor(readonly work: () => Promise<void>) {}

  /** Asks for a run. */
  ask(): void {
    if (this.#running === undefined) this.#running = this.#run();
    else this.#again = true;
  }

  /** Resolves when what runs is done; nothing runs after it. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      await this.work();
    } while (this.#again && !this.#ended);
    this.#running = undefined;
  }
}
