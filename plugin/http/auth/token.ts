import { assertField } from "../request/headers.ts";
import { HttpError } from "../errors.ts";
import type { AuthTokenOptions } from "../options.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../types.ts";
import type { Authentication } from "./authentication.ts";

/** A token and until when it can be used, milliseconds since the epoch. */
export interface Token {
  readonly text: string;
  readonly expiresMs: number;
}

/** Gets a token from where the instance says. @throws {HttpError} `auth`, when there is none to be had. */
export type TokenReader = () => Promise<Token>;

/** Sends the request of a token, with the instance's TLS, proxy and timeouts, but without its credentials. */
export type TokenRequester = (request: HttpRequest) => Promise<HttpResponse>;

/** The most tokens that are kept between runs. */
const MAX_KEPT = 64;
/** Tokens of token endpoints, by the options they were got with. */
const kept = new Map<string, Promise<Token>>();

/**
 * `auth_token`: puts a token into a header, and reads it anew when it expires or is refused with 401 or 403.
 *
 * @param newClient Makes the client that asks a token endpoint.
 * @throws {HttpError} `config`, for settings that are missing or wrong.
 */
export async function tokenAuthentication(
  options: AuthTokenOptions,
  newClient: () => Promise<HttpClient>,
): Promise<Authentication> {
  const write = headerWriter(options.writer);
  const requester: TokenRequester = async (request) => {
    const client = await newClient();
    try {
      return await client.request(request);
    } finally {
      await client.close();
    }
  };
  const read = await readerFor(options.reader, requester);
  // A file is read in every run; what a token endpoint gave is used until it expires.
  const tokens = options.reader.type === "file" ? new Map<string, Promise<Token>>() : kept;
  const key = JSON.stringify(options.reader);
  const current = async (): Promise<Token> => {
    const found = tokens.get(key);
    if (found !== undefined && (await found).expiresMs > Date.now()) return await found;
    if (tokens.get(key) === found) keep(tokens, key, read());
    return await (tokens.get(key) ?? read());
  };
  let renewal: Promise<Token> | undefined;
  return {
    leavesUserInfo: true,
    async authorize({ headers }) {
      const [name, value] = write((await current()).text);
      headers.set(name, value);
    },
    async challenged({ status }, { headers }, attempt) {
      if ((status !== 401 && status !== 403) || attempt > 1) return false;
      const [name, value] = write((await current()).text);
      // Only the first of several refused requests reads the token anew.
      if (headers.get(name) === value) {
        if (renewal === undefined || renewal === tokens.get(key)) keep(tokens, key, renewal = read());
      }
      await renewal;
      return true;
    },
  };
}

function keep(tokens: Map<string, Promise<Token>>, key: string, token: Promise<Token>): void {
  tokens.set(key, token);
  token.catch(() => {
    if (tokens.get(key) === token) tokens.delete(key);
  });
  const [oldest] = tokens.keys();
  if (tokens.size > MAX_KEPT && oldest !== undefined) tokens.delete(oldest);
}

async function readerFor(reader: AuthTokenOptions["reader"], requester: TokenRequester): Promise<TokenReader> {
  switch (reader.type) {
    case "file":
      return (await import("./token_file.ts")).fileReader(reader);
    case "oauth":
      return (await import("./token_oauth.ts")).oauthReader(reader, requester);
    case "dcos_auth":
      return (await import("./token_dcos.ts")).dcosReader(reader, requester);
    default:
      throw new HttpError("config", "auth_token.reader.type is unknown", "use file, oauth or dcos_auth");
  }
}

/** Puts the token where the placeholder stands, once. */
function headerWriter(writer: AuthTokenOptions["writer"]): (token: string) => [name: string, value: string] {
  if (writer.type !== "header") {
    throw new HttpError("config", "auth_token.writer.type is unknown", "use header");
  }
  const name = textSetting("writer", writer, "name");
  const placeholder = textSetting("writer", writer, "placeholder", "<TOKEN>");
  const value = textSetting("writer", writer, "value", "<TOKEN>");
  if (!value.includes(placeholder)) {
    throw new HttpError("config", `auth_token.writer.value does not contain the placeholder ${placeholder}`);
  }
  return (token) => {
    const written = value.replace(placeholder, () => token);
    assertField(name, written);
    return [name, written];
  };
}

/** A text among the settings of a reader or writer. @throws {HttpError} `config`, when it is missing or no text. */
export function textSetting(
  part: "reader" | "writer",
  settings: Readonly<Record<string, unknown>>,
  name: string,
  otherwise?: string,
): string {
  const value = settings[name] ?? otherwise;
  if (typeof value === "string" && value !== "") return value;
  throw new HttpError("config", `auth_token.${part}.${name} is missing, or no text`);
}
