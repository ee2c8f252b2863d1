import { type Bounds, monotonicMs } from "../../runtime/bounds.ts";
import { assertField } from "../header_fields.ts";
import type { AuthTokenOptions } from "../options.ts";
import { inTime } from "../in_time.ts";
import type { HttpClient } from "../types.ts";
import type { Authentication } from "./authentication.ts";
import { TokenCache } from "./token_cache.ts";
import type { Token, TokenReader, TokenRequester } from "./token_reader.ts";

/** What an authentication by token works with. */
export interface TokenParts {
  readonly options: AuthTokenOptions;
  /** The run's. */
  readonly bounds: Bounds;
  /** Tokens of earlier runs. */
  readonly tokens: TokenCache;
  /** Makes the client that asks a token endpoint. */
  readonly newClient: () => Promise<HttpClient>;
}

/** `auth_token`: puts a token into a header, and reads it anew when it expires or is refused with 401 or 403. */
export async function tokenAuthentication({ options, bounds, tokens, newClient }: TokenParts): Promise<Authentication> {
  const write = headerWriter(options.writer);
  const requester: TokenRequester = async (request) => {
    const client = await newClient();
    try {
      return await client.request(request);
    } finally {
      await client.close();
    }
  };
  const read = await readerFor(options.reader, requester, bounds);
  // A file is read in every run; what a token endpoint gave is used until it expires.
  const current = new CurrentToken(read, options.reader.type === "file" ? new TokenCache() : tokens, {
    key: JSON.stringify(options.reader),
    bounds,
  });
  return {
    leavesUserInfo: true,
    async authorize({ headers }) {
      const [name, value] = write((await current.get()).text);
      headers.set(name, value);
    },
    async challenged({ status }, { headers }, attempt) {
      if ((status !== 401 && status !== 403) || attempt > 1) return false;
      const [name, value] = write((await current.get()).text);
      // Only the first of several refused requests reads the token anew.
      if (headers.get(name) === value) await current.renew();
      return true;
    },
  };
}

/** The token of one run, which other runs may have got, or be getting. */
class CurrentToken {
  readonly #read: TokenReader;
  readonly #tokens: TokenCache;
  readonly #key: string;
  readonly #bounds: Bounds;
  /** Readings that this run has started: their failures are its own. */
  readonly #own = new WeakSet<Promise<Token>>();
  #renewal: Promise<Token> | undefined;

  constructor(read: TokenReader, tokens: TokenCache, { key, bounds }: { key: string; bounds: Bounds }) {
    this.#read = read;
    this.#tokens = tokens;
    this.#key = key;
    this.#bounds = bounds;
  }

  async get(): Promise<Token> {
    for (;;) {
      const known = this.#tokens.get(this.#key);
      if (known === undefined) return await this.#waitFor(this.#start());
      try {
        const token = await this.#waitFor(known);
        if (token.expiresMs > monotonicMs()) return token;
      } catch (thrown) {
        // Another run's reading ends with that run: this one has time to read for itself.
        if (this.#own.has(known) || monotonicMs() >= this.#bounds.deadlineMs || this.#bounds.signal?.aborted) {
          throw thrown;
        }
      }
      this.#tokens.forget(this.#key, known);
    }
  }

  /** Reads the token anew, unless that has been done since this run first heard of a refusal. */
  async renew(): Promise<void> {
    if (this.#renewal === undefined || this.#renewal === this.#tokens.get(this.#key)) this.#renewal = this.#start();
    await this.#waitFor(this.#renewal);
  }

  #start(): Promise<Token> {
    const token = this.#read();
    this.#own.add(token);
    this.#tokens.set(this.#key, token);
    return token;
  }

  /** What this run has started ends with it anyway, and says more precisely why. */
  #waitFor(token: Promise<Token>): Promise<Token> {
    return this.#own.has(token) ? token : inTime("auth_token: another run had read the token", token, this.#bounds);
  }
}

async function readerFor(
  reader: AuthTokenOptions["reader"],
  requester: TokenRequester,
  bounds: Bounds,
): Promise<TokenReader> {
  switch (reader.type) {
    case "file":
      return (await import("./token_file.ts")).fileReader(reader, bounds);
    case "oauth":
      return (await import("./token_oauth.ts")).oauthReader(reader, requester);
    case "dcos_auth":
      return (await import("./token_dcos.ts")).dcosReader(reader, requester, bounds);
  }
}

/** Puts the token where the placeholder stands, once. */
function headerWriter(
  { name, placeholder, value }: AuthTokenOptions["writer"],
): (token: string) => [name: string, value: string] {
  return (token) => {
    const written = value.replace(placeholder, () => token);
    assertField(name, written);
    return [name, written];
  };
}
