import { chmodSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TorchServeError } from "./errors.ts";
import type { Target } from "./netty.ts";
import type { Random } from "./random.ts";
import type { TokenAuthOptions } from "./types.ts";

interface Key {
  readonly key: string;
  readonly expiresAtMs: number;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Token authorization: the keys, their file, and who may pass. */
export class Tokens {
  readonly keyFile: string;
  readonly api: string;
  #management: Key;
  #inference: Key;
  readonly #lifetimeMs: number;

  constructor(options: TokenAuthOptions, private readonly now: () => number, private readonly random: Random) {
    this.keyFile = join(options.directory, "key_file.json");
    this.#lifetimeMs = (options.expirationMinutes ?? 60) * 60_000;
    this.api = this.#newKey();
    this.#management = this.#renewed();
    this.#inference = this.#renewed();
    this.#write();
  }

  get management(): string {
    return this.#management.key;
  }

  get inference(): string {
    return this.#inference.key;
  }

  /** Replaces a key and rewrites the file in place. */
  renew(type: "management" | "inference"): void {
    if (type === "management") this.#management = this.#renewed();
    else this.#inference = this.#renewed();
    this.#write();
  }

  /** Lets both keys be out of date; the file is left as it is, as when time passes. */
  expire(): void {
    this.#management = { ...this.#management, expiresAtMs: this.now() };
    this.#inference = { ...this.#inference, expiresAtMs: this.now() };
  }

  /**
   * Lets a request to the inference or management API pass, or gives it a new key.
   *
   * TorchServe takes a management request for one to `/token` when `/token` stands anywhere in its target or headers:
   * `/models/token1` is one, `/models/%74oken1` is not.
   *
   * @returns `true` when the request was one for a new key, and is done.
   * @throws {TorchServeError} 400 `InvalidKeyException`.
   */
  admit(endpoint: "inference" | "management", request: Request, target: Target): boolean {
    const bearer = /^Bearer\s+(\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (endpoint === "inference") {
      this.#check(bearer, this.#inference);
      return false;
    }
    if (!mentionsToken(request, target)) {
      this.#check(bearer, this.#management);
      return false;
    }
    const type = target.parameter("type");
    if (bearer !== this.api || (type !== "management" && type !== "inference")) throw invalidKey("Authentication");
    this.renew(type);
    return true;
  }

  #check(bearer: string | undefined, key: Key): void {
    if (bearer !== key.key || this.now() >= key.expiresAtMs) throw invalidKey("Authorization");
  }

  #newKey(): string {
    let key = "";
    for (let i = 0; i < 8; i++) key += alphabet.charAt(Math.floor(this.random() * alphabet.length));
    return key;
  }

  #renewed(): Key {
    return { key: this.#newKey(), expiresAtMs: this.now() + this.#lifetimeMs };
  }

  #write(): void {
    const entry = ({ key, expiresAtMs }: Key) => ({ key, "expiration time": instant(expiresAtMs) });
    const content = {
      management: entry(this.#management),
      inference: entry(this.#inference),
      API: { key: this.api },
    };
    writeFileSync(this.keyFile, JSON.stringify(content, null, 2), { mode: 0o600 });
    chmodSync(this.keyFile, 0o600);
    const seconds = this.now() / 1_000;
    utimesSync(this.keyFile, seconds, seconds);
  }
}

function mentionsToken(request: Request, target: Target): boolean {
  if (target.raw.includes("/token")) return true;
  for (const value of request.headers.values()) if (value.includes("/token")) return true;
  return false;
}

/** Java's `Instant.toString`, with nanoseconds. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000Z");
}

function invalidKey(word: "Authorization" | "Authentication"): TorchServeError {
  const message = `Token ${word} failed. Token either incorrect, expired, or not provided correctly`;
  return new TorchServeError(400, "InvalidKeyException", message);
}
