import { sign } from "node:crypto";
import type { Bounds } from "../../runtime/bounds.ts";
import { HttpError } from "../errors.ts";
import { readOptionFile } from "../option_file.ts";
import type { ReaderSettings, TokenReader, TokenRequester } from "./token_reader.ts";
import { jsonFields } from "./token_response.ts";

/** A larger file is no key, in bytes. */
const MAX_KEY_BYTES = 1024 * 1024;

/** The reader `dcos_auth`: a DC/OS service account signs in with a JSON web token of its own (RFC 7519, RS256). */
export function dcosReader(
  settings: ReaderSettings<"dcos_auth">,
  requester: TokenRequester,
  bounds: Bounds,
): TokenReader {
  const { login_url: url, service_account: uid, private_key_path: keyPath, expiration: seconds } = settings;
  const readKey = () =>
    readOptionFile("auth_token.reader.private_key_path", keyPath, {
      ...bounds,
      maxBytes: MAX_KEY_BYTES,
      failure: "auth",
    });
  return async () => {
    const exp = Math.trunc(Date.now() / 1000 + seconds);
    const token = signedToken({ uid, exp }, await readKey(), keyPath);
    const body = JSON.stringify({ uid, token, exp });
    const headers = { "Content-Type": "application/json" };
    const response = await requester({ url, method: "POST", headers, body });
    const { token: text } = jsonFields(response);
    if (typeof text !== "string" || text === "" || response.status >= 400) {
      throw new HttpError(
        "auth",
        `auth_token: ${response.url} gave no token (status ${response.status})`,
        "check login_url, service_account and private_key_path of the reader",
      );
    }
    return { text, expiresMs: Infinity };
  };
}

/** A JSON web token with an RSA signature over SHA-256. */
function signedToken(claims: Readonly<Record<string, unknown>>, key: string, keyPath: string): string {
  const encode = (value: unknown) => base64url(new TextEncoder().encode(JSON.stringify(value)));
  const text = `${encode({ typ: "JWT", alg: "RS256" })}.${encode(claims)}`;
  try {
    return `${text}.${base64url(sign("RSA-SHA256", new TextEncoder().encode(text), key))}`;
  } catch {
    throw new HttpError(
      "config",
      `auth_token.reader.private_key_path: ${keyPath} is not an unencrypted private RSA key in PEM`,
      "name the private key of the service account",
    );
  }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
