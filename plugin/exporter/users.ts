import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { verifyBcrypt } from "../runtime/bcrypt.ts";
import { Recent } from "../runtime/recent.ts";

/** Bcrypt reads no more of a password, in bytes. */
const MAX_PASSWORD_BYTES = 72;
/** Passwords that are checked at a time, and that may wait: each check takes a processor for a while. */
const MAX_CHECKS = 2;
const MAX_WAITING = 32;
/** Wrong passwords that are remembered, so that a client that keeps sending one costs nothing. */
const MAX_WRONG = 256;

/** Whether a request may pass. `busy`: too many passwords are being checked. */
export type Verdict = "passes" | "refused" | "busy";

/**
 * The users of a web configuration (RFC 7617), by bcrypt hash. A result is remembered under a keyed digest of name, hash
 * and password: nothing is compared character by character, and a stranger's wrong tries do not push out a good one.
 */
export class Users {
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #key = randomBytes(32);
  /** The digest of the last good password of each user. */
  readonly #good = new Map<string, string>();
  readonly #wrong = new Recent<true>(MAX_WRONG);
  readonly #waiting: (() => void)[] = [];
  #checks = 0;

  /** @param hashes by name */
  constructor(hashes: ReadonlyMap<string, string>) {
    this.#hashes = hashes;
  }

  /** Whether everybody may pass. */
  get isEmpty(): boolean {
    return this.#hashes.size === 0;
  }

  /** @param authorization the field of the request, which may be absent */
  async judge(authorization: string | null): Promise<Verdict> {
    const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? "") ?? [];
    if (encoded === undefined) return "refused";
    const text = Buffer.from(encoded, "base64").toString("utf8");
    const colon = text.indexOf(":");
    const [name, password] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
    if (colon < 0 || Buffer.byteLength(password) > MAX_PASSWORD_BYTES || password.includes("\0")) return "refused";
    const known = this.#hashes.get(name);
    // A name that is not known takes as long as a wrong password.
    const [hash = ""] = known === undefined ? this.#hashes.values() : [known];
    const digest = createHmac("sha256", this.#key).update(JSON.stringify([name, hash, password])).digest("hex");
    if (this.#good.get(name) === digest) return "passes";
    if (this.#wrong.get(digest) === true) return "refused";
    if (!await this.#begin()) return "busy";
    try {
      const isGood = await verifyBcrypt(password, hash) && known !== undefined;
      if (isGood) this.#good.set(name, digest);
      else this.#wrong.set(digest, true);
      return isGood ? "passes" : "refused";
    } finally {
      this.#checks--;
      this.#waiting.shift()?.();
    }
  }

  async #begin(): Promise<boolean> {
    if (this.#checks >= MAX_CHECKS) {
      if (this.#waiting.length >= MAX_WAITING) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#checks++;
    return true;
  }
}
