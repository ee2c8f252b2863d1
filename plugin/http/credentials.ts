import { HttpError } from "./errors.ts";

/** User name and password. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * The value of an `Authorization` or `Proxy-Authorization` field (RFC 7617).
 *
 * @param latin1 As `use_legacy_auth_encoding` asks; else UTF-8.
 * @throws {HttpError} `config`, for characters that Latin-1 does not have.
 */
export function basicCredentials({ username, password }: Credentials, latin1: boolean): string {
  const text = `${username}:${password}`;
  if (!latin1) return `Basic ${base64(new TextEncoder().encode(text))}`;
  try {
    return `Basic ${btoa(text)}`;
  } catch {
    throw new HttpError(
      "config",
      "The user name or password has characters that Latin-1 does not have",
      "set use_legacy_auth_encoding to false to send them as UTF-8",
    );
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
