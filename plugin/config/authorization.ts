import type { Instance } from "./options.ts";

const isAuthorization = (name: string) => name.toLowerCase() === "authorization";
const hasUserInfo = (url: string | undefined) => url !== undefined && /^[a-z]+:\/\/[^/?#]*@/i.test(url);

/**
 * What of an instance sets the `Authorization` field of its requests, in the words of the file; `undefined` where
 * nothing does. A request has one such field, so a TorchServe key has no place beside it.
 */
export function authorizationSetBy(options: Instance): string | undefined {
  for (const name of ["extra_headers", "headers"] as const) {
    if (Object.keys(options[name] ?? {}).some(isAuthorization)) return name;
  }
  if (isAuthorization(options.auth_token?.writer.name ?? "")) return "auth_token";
  if (options.auth_type !== "basic") return "auth_type";
  if (options.kerberos_auth !== undefined && options.kerberos_auth !== "disabled") return "kerberos_auth";
  if (options.ntlm_domain !== undefined && options.ntlm_domain !== "") return "ntlm_domain";
  if (options.username !== undefined && options.password !== undefined) return "username";
  if (hasUserInfo(options.inference_api_url) || hasUserInfo(options.management_api_url)) {
    return "the address's user info";
  }
  return undefined;
}
