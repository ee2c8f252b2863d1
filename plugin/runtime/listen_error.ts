import { isIP } from "node:net";
import { lookupAddresses } from "./lookup.ts";

/** What a system, or a runtime in its own words, says where it cannot listen, and what that means. */
const REASONS: readonly (readonly [code: string, RegExp, string])[] = [
  ["EADDRINUSE", /EADDRINUSE|address (?:already )?in use|Is port \d+ in use/i, "something listens there already"],
  ["EADDRNOTAVAIL", /EADDRNOTAVAIL|cannot assign requested/i, "this machine does not have that address"],
  ["EACCES", /EACCES|EPERM|permission denied/i, "this user may not listen there"],
];

/** Nothing can listen at an address. The message says where, and why in words that are the same on both runtimes. */
export class ListenError extends Error {
  override readonly name = "ListenError";

  /** @param code the system's; `""` where it is none of the usual ones */
  constructor(message: string, readonly code: string, cause: unknown) {
    super(message, { cause });
  }
}

/**
 * What a runtime threw where it could not listen, told.
 *
 * @param hostname where it was to listen; `undefined` for every address
 * @param cause what the runtime threw
 */
export async function listenError(hostname: string | undefined, port: number, cause: unknown): Promise<ListenError> {
  const { code, why } = await isUnknown(hostname)
    ? { code: "ENOTFOUND", why: `${hostname} is no name that has an address` }
    : reasonOf(hostname, cause);
  const host = hostname === undefined ? "" : isIP(hostname) === 6 ? `[${hostname}]` : hostname;
  return new ListenError(`cannot listen on ${host}:${port}: ${why}`, code, cause);
}

/** A name without an address. Bun says of one whatever the last error of the system was, and Deno has words of its own. */
async function isUnknown(hostname: string | undefined): Promise<boolean> {
  if (hostname === undefined || isIP(hostname) !== 0) return false;
  return await lookupAddresses(hostname).then(() => false, () => true);
}

function reasonOf(hostname: string | undefined, cause: unknown): { readonly code: string; readonly why: string } {
  const message = cause instanceof Error ? cause.message : String(cause);
  const text = cause instanceof Error && "code" in cause ? `${cause.code} ${message}` : message;
  for (const [code, pattern, why] of REASONS) if (pattern.test(text)) return { code, why: `${why} (${code})` };
  // So Deno says, in its server of Node.js, of an address of another machine.
  const isElsewhere = hostname !== undefined && isIP(hostname) !== 0 && /EINVAL/.test(text);
  return isElsewhere
    ? { code: "EADDRNOTAVAIL", why: "this machine does not have that address (EADDRNOTAVAIL)" }
    : { code: "", why: message };
}
