import { HttpShared } from "../http/mod.ts";
import { Bursts } from "../runtime/jit.ts";
import type { KeyStore } from "../torchserve/tokens/mod.ts";

/** What the instances of one session rightly share: connections, cookies and tokens, and TorchServe's key files. */
export class Shared {
  /** The first crawl of all is compiled less than later ones. */
  readonly bursts = new Bursts();
  #http: HttpShared | undefined;
  #keys: Promise<KeyStore> | undefined;

  http(): HttpShared {
    return this.#http ??= new HttpShared();
  }

  /** Loaded when the first instance has a key file. */
  keys(): Promise<KeyStore> {
    return this.#keys ??= import("../torchserve/tokens/mod.ts").then(({ KeyStore }) => new KeyStore());
  }

  /** Closes the connections that were kept for a next run. */
  close(): void {
    this.#http?.close();
  }
}
