import type { HttpOptions } from "../options.ts";

/** The ways to authenticate by user name, key or ticket; a token (`auth_token`) comes on top. */
export type AuthenticationKind = "basic" | "digest" | "ntlm" | "kerberos" | "aws";

const KINDS: ReadonlySet<string> = new Set<AuthenticationKind>(["basic", "digest", "ntlm", "kerberos", "aws"]);

/**
 * How an instance authenticates; `undefined` when it does not.
 *
 * As in the Agent: an unknown `auth_type` is `basic`, `basic` needs user name and password, and `kerberos_auth` or
 * `ntlm_domain` turn `basic` into what they belong to.
 */
export function authenticationKind(options: HttpOptions): AuthenticationKind | undefined {
  const asked = (options.auth_type ?? "basic").toLowerCase();
  const kind = isKind(asked) ? asked : "basic";
  if (kind !== "basic") return kind;
  if (options.kerberos_auth && options.kerberos_auth !== "disabled") return "kerberos";
  if (options.ntlm_domain) return "ntlm";
  return options.username !== undefined && options.password !== undefined ? "basic" : undefined;
}

/** `auth_type` is one that exists. */
export function isKind(text: string): text is AuthenticationKind {
  return KINDS.has(text);
}
