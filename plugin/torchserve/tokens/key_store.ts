import { type KeyFile, readKeyFile, stampOf, type TokenApi } from "./key_file.ts";

/** What this process knows of one key file, shared by all instances that name it. */
export class KeyStore {
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
   */
  async read(anew = false): Promise<KeyFile> {
    const known = this.#known;
    if (!anew && known !== undefined && known.stamp === await stampOf(this.path)) return known;
    const file = await readKeyFile(this.path);
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

const stores = new Map<string, KeyStore>();
const MAX_STORES = 1_000;

/** The store of a path. */
export function keyStore(path: string): KeyStore {
  let store = stores.get(path);
  if (store === undefined) {
    if (stores.size >= MAX_STORES) stores.clear();
    stores.set(path, store = new KeyStore(path));
  }
  return store;
}
