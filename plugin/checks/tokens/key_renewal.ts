import type { HttpClient } from "../../http/types.ts";
import { HttpError } from "../../http/errors.ts";
import { describeApi } from "../api_description.ts";
import { isKeyRefusal, TargetError } from "../answers.ts";
import { resource } from "../url.ts";
import type { KeyFile, TokenApi } from "./key_file.ts";
import type { KeyStore } from "./key_store.ts";

/** Where an instance asks for new keys. */
export interface TokenApiAddress {
  readonly url: string;
  /** Not named by the user: looked at before the API key is sent there. */
  readonly guessed: boolean;
}

/**
 * The address of the token API, which TorchServe has on its management port only. A management instance knows it; for an
 * inference instance on 8080 it is most likely 8081 of the same host.
 *
 * @param api the instance's own API
 * @param url the instance's own address
 * @param configured `token_api_url`
 */
export function tokenApiAddress(api: TokenApi, url: string, configured?: string): TokenApiAddress | undefined {
  if (configured !== undefined) return { url: configured, guessed: false };
  if (api === "management") return { url, guessed: false };
  const guess = URL.parse(url);
  if (guess === null || guess.port !== "8080" || guess.pathname !== "/") return undefined;
  guess.port = "8081";
  return { url: guess.href, guessed: true };
}

/**
 * Has TorchServe replace the key of one API, and reads the file that it writes then
 * (https://pytorch.org/serve/token_authorization_api.html).
 *
 * @param http a client that adds no key of its own
 * @throws {TargetError} `auth`, which says why there is no new key
 */
export async function renewKey(
  api: TokenApi,
  store: KeyStore,
  http: HttpClient,
  address: TokenApiAddress | undefined,
): Promise<void> {
  const file = await store.read(true);
  if (store.isStale(api, file)) throw copied(file.path);
  if (file.api === undefined) {
    throw new TargetError(
      "auth",
      `token_key_file ${file.path} has no key of the token API (API)`,
      "set it to the whole key_file.json that TorchServe writes",
    );
  }
  if (address === undefined || (address.guessed && !await isManagement(http, address.url))) {
    throw new TargetError(
      "auth",
      "the address of the token API, which renews keys, is not known" +
        (address === undefined ? "" : `: ${address.url} is not TorchServe's management API`),
      "set token_api_url to the address of TorchServe's management API (port 8081 as installed)",
    );
  }
  const response = await ask(http, `${resource(address.url, "token")}?type=${api}`, file.api);
  if (isKeyRefusal(response)) {
    throw new TargetError(
      "auth",
      `${response.url} did not accept the API key of ${file.path}`,
      "the file belongs to another server, or to an earlier start of this one: " +
        "set token_key_file to the key_file.json that this TorchServe writes",
    );
  }
  if (response.status < 200 || response.status >= 300) {
    throw new TargetError(
      "auth",
      `${response.url} answered ${response.status} to the request for a new key`,
      "set token_api_url to the address of TorchServe's management API (port 8081 as installed)",
    );
  }
  const renewed = await store.read(true);
  if (renewed[api]?.key === file[api]?.key) {
    store.markStale(api, renewed);
    throw copied(file.path);
  }
}

async function ask(http: HttpClient, url: string, apiKey: string) {
  try {
    return await http.request({ url, headers: { authorization: `Bearer ${apiKey}` } });
  } catch (thrown) {
    if (!(thrown instanceof HttpError)) throw thrown;
    throw new TargetError("auth", `there is no new key: ${thrown.message}`, thrown.hint);
  }
}

async function isManagement(http: HttpClient, url: string): Promise<boolean> {
  try {
    return (await describeApi(http, url))?.apis.has("management") ?? false;
  } catch (thrown) {
    if (thrown instanceof HttpError) return false;
    throw thrown;
  }
}

/** The server made a new key, but not in this file. */
function copied(path: string): TargetError {
  return new TargetError(
    "auth",
    `TorchServe made a new key and token_key_file ${path} still has the old one: it is a copy, or another server's`,
    "set it to the key_file.json that TorchServe itself writes, in the directory that it was started in",
  );
}

/** Whether a key is near its end: less than a fifth of its life is left. */
export function isAging(file: KeyFile, api: TokenApi, nowMs: number): boolean {
  const end = file[api]?.expiresAtMs;
  return end !== undefined && end - nowMs < file.lifetimeMs / 5;
}
