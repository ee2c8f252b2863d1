import { TargetError } from "../target_error.ts";
import type { Key, TokenApi } from "./key_file.ts";

const KEY_REFUSED = { reason: "key_refused" } as const;

/** `2026-11-23T01:43:39Z`. */
function endOf({ expiresAtMs }: Key): string {
  return expiresAtMs === undefined ? "an unknown time" : new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, "Z");
}

/** For a warning, while the key is still good. */
export function expiresSoon(key: Key): string {
  return `token expires at ${endOf(key)}: set token_renew or restart TorchServe`;
}

/** The key was refused, and its time is over. */
export function expired(path: string, api: TokenApi, key: Key): TargetError {
  return new TargetError(
    "auth",
    `token expired at ${endOf(key)}: set token_renew or restart TorchServe`,
    `the ${api} key in ${path} is no longer accepted; with token_renew: true this program has TorchServe write new ` +
      "keys, which ends those of other clients",
    KEY_REFUSED,
  );
}

/** The key's time is over, and `token_renew` could not help. */
export function notRenewed(key: Key, reason: TargetError): TargetError {
  return new TargetError(
    reason.code,
    `token expired at ${endOf(key)} and was not renewed: ${reason.message}`,
    reason.hint,
    { reason: reason.reason },
  );
}

/** Where inference and management have one address, the token API takes no key. */
export function noTokenApi(url: string, key: Key): TargetError {
  return new TargetError(
    "auth",
    `token expires at ${
      endOf(key)
    } and cannot be renewed: TorchServe has its inference and its management API at one ` +
      `address, ${url}, and its token API accepts no key there`,
    "restart TorchServe, which writes new keys, or give inference_address and management_address a port each in its " +
      "config.properties",
    { reason: "no_key_fits" },
  );
}

/** The key was refused though its time is not over. */
export function refused(path: string, api: TokenApi, key: Key, url: string): TargetError {
  return new TargetError(
    "auth",
    `${url} does not accept the ${api} key of ${path}, which is good until ${endOf(key)}`,
    "the file belongs to another server or is an old copy: set token_key_file to the key_file.json that this " +
      "TorchServe writes, in the directory that it was started in; if it is that file, compare the two clocks",
    KEY_REFUSED,
  );
}

/** The file has keys, but none for this API. */
export function missingKey(path: string, api: TokenApi): TargetError {
  return new TargetError(
    "auth",
    `token_key_file ${path} has no ${api} key`,
    "set it to the whole key_file.json that TorchServe writes",
    { reason: "key_file" },
  );
}

/** The run that asked for a new key, this one or another one, ended before it came. */
export function cutShort(): TargetError {
  return new TargetError(
    "timeout",
    "the run that asked for a new key ended before it came",
    "raise timeout of the instances that have token_renew",
    { reason: "out_of_time" },
  );
}
