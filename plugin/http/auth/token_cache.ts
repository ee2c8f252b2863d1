import { Recent } from "../../runtime/recent.ts";
import type { Token } from "./token_reader.ts";

/** The most tokens that are held. */
const MOST = 64;

/** Tokens, by the options that they were got with; one that could not be got is forgotten. */
export class TokenCache {
  readonly #tokens = new Recent<Promise<Token>>(MOST);

  get(key: string): Promise<Token> | undefined {
    return this.#tokens.get(key);
  }

  set(key: string, token: Promise<Token>): void {
    this.#tokens.set(key, token);
    token.catch(() => this.forget(key, token));
  }

  /** Forgets this token, unless another has taken its place. */
  forget(key: string, token: Promise<Token>): void {
    if (this.#tokens.get(key) === token) this.#tokens.delete(key);
  }

  clear(): void {
    this.#tokens.clear();
  }
}
