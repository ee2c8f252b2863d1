import type { Bounds } from "../../runtime/bounds.ts";
import { type KeyFile, readKeyFile, stampOf, type TokenApi } from "./key_file.ts";

/** What a session knows of one key file, shared by all instances that name it. */
export class WatchedKeyFile {
  #known: KeyFile | undefined;
  readonly #renewals = new Map<TokenApi, Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  /** Stamps of files in which a renewed key did not arrive, by API. */
  readonly #stale = new Map<TokenApi, string>();

  constructor(readonly path: string) {}

  /**
   * The file as it is now; it is read when it has changed, or in any case with `anew`.
   *
   * @throws {TargetError} see `readKeyFile`
   * @throws {OutOfTimeError} when the run is cancelled
   */
  async read(bounds: Bounds, anew = false): Promise<KeyFile> {
    const known = this.#known;
    if (!anew && known !== undefined && known.stamp === await stampOf(this.path, bounds)) return known;
    const file = await readKeyFile(this.path, bounds);
    this.#known = file;
    return file;
  }

  /**
   * Has one renewal at a time: who comes for the same API in the meantime gets the outcome of that one, and the other API
   * waits, since TorchServe writes both keys at each renewal and loses one of two at once.
   */
  renewOnce(api: TokenApi, renew: () => Promise<void>): Promise<void> {
    const running = this.#renewals.get(api);
    if (running !== undefined) return running;
    const renewal = this.#last.then(renew).finally(() => this.#renewals.delete(api));
    this.#renewals.set(api, renewal);
    this.#last = renewal.catch(() => {});
    return renewal;
  }

  /** Remembers that a renewal did not change this file: it is a copy, and asking again would only end other keys. */
  markStale(api: TokenApi, file: KeyFile): void {
    this.#stale.set(api, file.stamp);
  }

  isStale(api: TokenApi, file: KeyFile): boolean {
    return this.#stale.get(api) === file.stamp;
  }
}
