/** One challenge of a `WWW-Authenticate` field (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** What follows the scheme when it is not parameters, as NTLM's messages. */
  readonly token: string | undefined;
  /** Lower-case names, unquoted values. */
  readonly parameters: ReadonlyMap<string, string>;
}

const SCHEME = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +|(?=,|$))/y;
const PARAMETER = /[\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
const TOKEN = /([A-Za-z0-9+/_.~-]+=*)(?=[ \t]*(?:,|$))/y;
/** Longer fields than this are not parsed. */
const MAX_LENGTH = 16 * 1024;

/** The challenges of a `WWW-Authenticate` field; what does not parse ends the list. */
export function parseChallenges(field: string | undefined): Challenge[] {
  const text = field ?? "";
  const challenges: Challenge[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length && text.length <= MAX_LENGTH) {
    const scheme = match(SCHEME)?.[1]?.toLowerCase();
    if (scheme === undefined) break;
    const parameters = new Map<string, string>();
    let token: string | undefined;
    for (let found = match(PARAMETER); found !== null; found = match(PARAMETER)) {
      const [, name = "", quoted, plain = ""] = found;
      parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain);
    }
    if (parameters.size === 0) token = match(TOKEN)?.[1];
    challenges.push({ scheme, token, parameters });
  }
  return challenges;
}
