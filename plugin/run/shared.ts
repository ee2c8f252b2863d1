import { HttpShared, type Lookup } from "../http/mod.ts";
import { Bursts } from "../runtime/jit.ts";
import type { KeyStore } from "../torchserve/tokens/mod.ts";

/** What the instances of one session rightly share: connections, cookies and tokens, and TorchServe's key files. */
export class Shared {
  /** The first crawl of all is compiled less than later ones. */
  readonly bursts: Bursts;
  readonly #others: Shared | undefined;
  readonly #lookup: Lookup | undefined;
  #http: HttpShared | undefined;
  #keys: Promise<KeyStore> | undefined;

  /**
   * @param others shares all with it but the addresses of names, and is closed by its owner
   * @param lookup resolves host names; the system's resolver where nothing is said
   */
  constructor(others?: Shared, lookup?: Lookup) {
    this.#others = others;
    this.#lookup = lookup;
    this.bursts = others?.bursts ?? new Bursts();
  }

  http(): HttpShared {
    return this.#http ??= new HttpShared(this.#lookup, this.#others?.http());
  }

  /** Loaded when the first instance has a key file. */
  keys(): Promise<KeyStore> {
    if (this.#others !== undefined) return this.#others.keys();
    return this.#keys ??= import("../torchserve/tokens/mod.ts").then(({ KeyStore }) => new KeyStore());
  }

  /** Closes the connections that were kept for a next run. */
  close(): void {
    this.#http?.close();
  }
}
