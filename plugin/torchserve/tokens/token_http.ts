import type { HttpClient, HttpRequest, HttpResponse } from "../../http/mod.ts";
import { type Bounds, OutOfTimeError, pause } from "../../runtime/bounds.ts";
import { sharesAddress, type TorchServeApi } from "../api_description.ts";
import { isKeyRefusal, noKeyFits } from "../responses.ts";
import { TargetError } from "../target_error.ts";
import type { Key, KeyFile, TokenApi } from "./key_file.ts";
import { cutShort, expired, expiresSoon, missingKey, noTokenApi, notRenewed, refused } from "./key_problems.ts";
import { apisAt, isAging, renewKey, type TokenApiAddress } from "./key_renewal.ts";
import type { WatchedKeyFile } from "./watched_key_file.ts";

/** What the client of one run needs to know of the tokens. */
export interface TokenParts {
  /** Adds no key of its own. */
  readonly http: HttpClient;
  readonly api: TokenApi;
  /** Where that API is. */
  readonly address: string;
  readonly store: WatchedKeyFile;
  /** `token_renew`. */
  readonly renew: boolean;
  /** `undefined` where it is not known. */
  readonly tokenApi: TokenApiAddress | undefined;
  /** Of the run: reading the file keeps them. */
  readonly bounds: Bounds;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Says what the reader should know though the run goes on. */
  readonly warn: (message: string) => void;
}

/** The key to send, or why there is none. */
type Found = { readonly key: Key } | { readonly problem: TargetError };

/** How long the server may take from using a new key to writing it, in milliseconds. */
const WRITING_MS = 60;

/**
 * Sends TorchServe's key with every request, so that checks need not know of it.
 *
 * The file is looked at once a run, and read again when a request is refused, which is then sent once more. Whether a
 * key is accepted is for the server to say: its clock counts, and it may want none. So a request goes out with whatever
 * there is, and what is wrong with the file becomes an error only when the server refuses.
 */
export class TokenHttp implements HttpClient {
  readonly #parts: TokenParts;
  #current: Promise<Found> | undefined;
  #failure: TargetError | undefined;
  #found: Promise<ReadonlySet<TorchServeApi>> | undefined;
  #warned = false;

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  get stats() {
    return this.#parts.http.stats;
  }

  close(): Promise<void> | void {
    return this.#parts.http.close();
  }

  /** @throws {TargetError} `auth` or `config`, when the server refuses what the file has */
  async request(request: HttpRequest): Promise<HttpResponse> {
    const { http, store, api } = this.#parts;
    // A server describes itself to everybody.
    if (request.method === "OPTIONS") return await http.request(request);
    if (this.#failure !== undefined) throw this.#failure;
    const known = this.#current ??= found(() => this.#first());
    const first = await known;
    if ("problem" in first && first.problem.reason === "out_of_time") throw this.#failure = first.problem;
    const response = await this.#send(request, first);
    if (!isKeyRefusal(response)) {
      if ("problem" in first) this.#warnOnce(`${first.problem.message}; ${response.url} wants no token`);
      return response;
    }
    // Several requests may be refused at once: the first one looks again, the others take what it found.
    if (this.#current === known) this.#current = found(() => this.#again(first, response.url));
    const second = await this.#current;
    if ("problem" in second) throw this.#failure = second.problem;
    const again = await this.#send(request, second);
    if (isKeyRefusal(again)) throw this.#failure = refused(store.path, api, second.key, again.url);
    return again;
  }

  #send(request: HttpRequest, known: Found): Promise<HttpResponse> {
    const headers = "key" in known ? { authorization: `Bearer ${known.key.key}` } : {};
    return this.#parts.http.request({ ...request, headers: { ...request.headers, ...headers } });
  }

  /** The key to start with: a new one in time, where that is wanted. */
  async #first(): Promise<Key> {
    const { api, store, renew, bounds, now } = this.#parts;
    const file = await store.read(bounds);
    const key = this.#keyOf(file);
    if (!isAging(file, api, now())) return key;
    const isOver = isExpired(key, now());
    if (!renew) {
      if (!isOver) this.#warnOnce(expiresSoon(key));
      return key;
    }
    try {
      return await this.#renewed(key);
    } catch (thrown) {
      if (isOver || !(thrown instanceof TargetError)) throw thrown;
      this.#warnOnce(`${expiresSoon(key)}; ${thrown.message}`);
      return key;
    }
  }

  /** The key after a refusal: the file's, if it has another one by now, else a new one, where that is wanted. */
  async #again(before: Found, url: string): Promise<Key> {
    const { api, store, renew, bounds, now } = this.#parts;
    const isOld = (key: Key) => "key" in before && before.key.key === key.key;
    let key = this.#keyOf(await store.read(bounds, true));
    if (!isExpired(key, now())) {
      if (!isOld(key)) return key;
      await pause(WRITING_MS, bounds);
      key = this.#keyOf(await store.read(bounds, true));
      if (!isOld(key) && !isExpired(key, now())) return key;
    }
    const apis = await this.#apis();
    if (api === "management" && sharesAddress(apis)) throw noKeyFits(this.#parts.address);
    if (isExpired(key, now())) {
      if (!renew) throw expired(store.path, api, key);
    } else if (!renew || !apis.has(api)) {
      // Two renewals at once may have left an old key in the file; at another API's address it is no wonder.
      throw refused(store.path, api, key, url);
    }
    return await this.#renewed(key);
  }

  /** Which APIs are at the address of this instance. */
  #apis(): Promise<ReadonlySet<TorchServeApi>> {
    return this.#found ??= apisAt(this.#parts.http, this.#parts.address);
  }

  /** The key that follows an old one; another run may have asked for it already. */
  async #renewed(old: Key): Promise<Key> {
    const { api, store, http, tokenApi, bounds, now } = this.#parts;
    const file = await store.read(bounds, true);
    const other = this.#keyOf(file);
    if (other.key !== old.key && !isAging(file, api, now())) return other;
    if (sharesAddress(await this.#apis())) {
      throw api === "management" ? noKeyFits(this.#parts.address) : noTokenApi(this.#parts.address, old);
    }
    try {
      await store.renewOnce(api, () => renewKey(api, store, http, tokenApi, bounds));
    } catch (thrown) {
      const problem = thrown instanceof OutOfTimeError ? cutShort() : thrown;
      throw problem instanceof TargetError && isExpired(other, now()) ? notRenewed(other, problem) : problem;
    }
    return this.#keyOf(await store.read(bounds));
  }

  #keyOf(file: KeyFile): Key {
    const key = file[this.#parts.api];
    if (key === undefined) throw missingKey(file.path, this.#parts.api);
    return key;
  }

  #warnOnce(message: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#parts.warn(message);
  }
}

function isExpired({ expiresAtMs }: Key, nowMs: number): boolean {
  return expiresAtMs !== undefined && nowMs >= expiresAtMs;
}

/** A problem with the file as a value: it matters only when the server refuses. */
async function found(look: () => Promise<Key>): Promise<Found> {
  try {
    return { key: await look() };
  } catch (thrown) {
    if (thrown instanceof TargetError) return { problem: thrown };
    throw thrown;
  }
}
