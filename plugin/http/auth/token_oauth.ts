import { monotonicMs } from "../../runtime/bounds.ts";
import { HttpError } from "../errors.ts";
import { basicCredentials } from "../credentials.ts";
import type { ReaderSettings, TokenReader, TokenRequester } from "./token_reader.ts";
import { jsonFields } from "./token_response.ts";

/** How long a token counts whose answer does not say (RFC 6749, 5.1, only recommends it), in seconds. */
const DEFAULT_EXPIRATION_SECONDS = 300;

/** The reader `oauth`: the client credentials grant (RFC 6749, 4.4). */
export function oauthReader(settings: ReaderSettings<"oauth">, requester: TokenRequester): TokenReader {
  const { url, client_id: username, client_secret: password } = settings;
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  const headers: Record<string, string> = {
    "Content-Type": "application/x-www-form-urlencoded",
    Accept: "application/json",
  };
  if (settings.basic_auth) {
    headers.Authorization = basicCredentials({ username, password }, false);
  } else {
    form.set("client_id", username);
    form.set("client_secret", password);
  }
  for (const [name, value] of Object.entries(settings.options ?? {})) form.set(name, String(value));
  return async () => {
    const askedMs = monotonicMs();
    const response = await requester({ url, method: "POST", headers, body: form.toString() });
    const { access_token: token, error, expires_in: expires } = jsonFields(response);
    if (typeof token !== "string" || token === "" || response.status >= 400) {
      const reason = typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? `: ${error}` : "";
      throw new HttpError(
        "auth",
        `auth_token: ${response.url} gave no token (status ${response.status}${reason})`,
        "check url, client_id, client_secret, basic_auth and options of the reader",
      );
    }
    const seconds = expires === undefined || expires === null ? NaN : Number(expires);
    return {
      text: token,
      expiresMs: askedMs + (Number.isFinite(seconds) ? seconds : DEFAULT_EXPIRATION_SECONDS) * 1000,
    };
  };
}
