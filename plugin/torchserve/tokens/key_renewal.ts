import type { HttpClient } from "../../http/mod.ts";
import { HttpError } from "../../http/mod.ts";
import { describeApi, type TorchServeApi } from "../api_description.ts";
import { type Bounds, pause } from "../../runtime/bounds.ts";
import { APIS, portOf } from "../addresses.ts";
import { isKeyRefusal } from "../responses.ts";
import { TargetError } from "../target_error.ts";
import { resource } from "../url.ts";
import type { KeyFile, TokenApi } from "./key_file.ts";
import type { WatchedKeyFile } from "./watched_key_file.ts";

/** Where an instance asks for new keys. */
export interface TokenApiAddress {
  readonly url: string;
  /** Not named by the user: looked at before the API key is sent there. */
  readonly guessed: boolean;
}

/**
 * The address of the token API, which TorchServe has on its management port only. A management instance knows it; for an
 * inference instance on its port as installed it is most likely the management port as installed of the same host.
 *
 * @param api the instance's own API
 * @param url the instance's own address
 * @param configured `token_api_url`
 */
export function tokenApiAddress(api: TokenApi, url: string, configured?: string): TokenApiAddress | undefined {
  if (configured !== undefined) return { url: configured, guessed: false };
  if (api === "management") return { url, guessed: false };
  const guess = URL.parse(url);
  if (guess === null || portOf(url) !== APIS.inference.port || guess.pathname !== "/") return undefined;
  guess.port = String(APIS.management.port);
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
  store: WatchedKeyFile,
  http: HttpClient,
  address: TokenApiAddress | undefined,
  bounds: Bounds,
): Promise<void> {
  const file = await store.read(bounds, true);
  if (store.isStale(api, file)) throw copied(file.path);
  if (file.api === undefined) {
    throw new TargetError(
      "auth",
      `token_key_file ${file.path} has no key of the token API (API)`,
      "set it to the whole key_file.json that TorchServe writes",
    );
  }
  if (address === undefined || (address.guessed && !(await apisAt(http, address.url)).has("management"))) {
    throw new TargetError(
      "auth",
      "the address of the token API, which renews keys, is not known" +
        (address === undefined ? "" : `: ${address.url} is not TorchServe's management API`),
      `set token_api_url to the address of TorchServe's management API (port ${APIS.management.port} as installed)`,
    );
  }
  const url = `${resource(address.url, "token")}?type=${api}`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await askForKey(http, url, file.api, file.path);
    const outcome = await outcomeOf(store, file, api, bounds);
    if (outcome === "renewed") return;
    if (outcome === "untouched") break;
    await pause(WRITING_MS * (1 + Math.random()), bounds);
  }
  store.markStale(api, await store.read(bounds));
  throw copied(file.path);
}

/** TorchServe may write an old key over the new one when it renews two at once: then it is asked again. */
const ATTEMPTS = 3;
/** How long two renewals at once may take to be written, in milliseconds. */
const WRITING_MS = 100;

/** Whether the file has another key than before, and keeps it; `untouched` when nobody wrote it. */
async function outcomeOf(
  store: WatchedKeyFile,
  before: KeyFile,
  api: TokenApi,
  bounds: Bounds,
): Promise<"renewed" | "lost" | "untouched"> {
  const first = await store.read(bounds, true);
  if (first.stamp === before.stamp) return "untouched";
  if (first[api]?.key === before[api]?.key) return "lost";
  await pause(WRITING_MS, bounds);
  return (await store.read(bounds))[api]?.key === before[api]?.key ? "lost" : "renewed";
}

async function askForKey(http: HttpClient, url: string, apiKey: string, path: string): Promise<void> {
  const response = await ask(http, url, apiKey);
  if (isKeyRefusal(response)) {
    throw new TargetError(
      "auth",
      `${response.url} did not accept the API key of ${path}`,
      "the file belongs to another server, or to an earlier start of this one: " +
        "set token_key_file to the key_file.json that this TorchServe writes",
    );
  }
  if (response.status < 200 || response.status >= 300) {
    throw new TargetError(
      "auth",
      `${response.url} answered ${response.status} to the request for a new key`,
      `set token_api_url to the address of TorchServe's management API (port ${APIS.management.port} as installed)`,
    );
  }
}

async function ask(http: HttpClient, url: string, apiKey: string) {
  try {
    // It replaces a key: a second one of the same request would end the key that the first one made.
    return await http.request({ url, headers: { authorization: `Bearer ${apiKey}` }, once: true });
  } catch (thrown) {
    if (!(thrown instanceof HttpError)) throw thrown;
    throw new TargetError("auth", `there is no new key: ${thrown.message}`, thrown.hint);
  }
}

/** Which APIs of TorchServe are at an address; none where that cannot be told. */
export async function apisAt(http: HttpClient, url: string): Promise<ReadonlySet<TorchServeApi>> {
  try {
    return (await describeApi(http, url))?.apis ?? new Set();
  } catch (thrown) {
    if (thrown instanceof HttpError) return new Set();
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

/**
 * How much of its life a key has left, as a share, when it is time for a new one. The keys of both APIs end at the same
 * time at first; with different shares, two programs that watch one API each do not renew at once.
 */
const LAST_SHARE: Readonly<Record<TokenApi, number>> = { inference: 1 / 4, management: 1 / 5 };

/** Whether a key is near its end, or past it. */
export function isAging(file: KeyFile, api: TokenApi, nowMs: number): boolean {
  const end = file[api]?.expiresAtMs;
  return end !== undefined && end - nowMs < file.lifetimeMs * LAST_SHARE[api];
}
