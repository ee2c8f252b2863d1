/** What other languages write otherwise than Python, and how Python writes it. */
const OTHERS: readonly (readonly [written: RegExp, python: string])[] = [
  [/\(\?<(?=[A-Za-z_])/g, "(?P<"],
  [/\(\?'(\w+)'/g, "(?P<$1>"],
  [/\\k[<{'](\w+)[>}']/g, "(?P=$1)"],
  [/\\g\{?(\d+)\}?/g, "\\$1"],
  [/\\z/g, "\\Z"],
  [/\\h/g, "[ \\t]"],
  [/\\R/g, "\\r?\\n"],
  [/\\p\{(?:L|Letter|Alpha)\}/g, "[^\\W\\d_]"],
  [/\\p\{(?:N|Nd|Digit)\}/g, "\\d"],
  [/\\x\{([0-9A-Fa-f]{2})\}/g, "\\x$1"],
  [/\\Q([^\\]*)\\E/g, "$1"],
];

/** The expressions that a wrong one may stand for, likeliest first; each is only a guess that has to be compiled. */
export function meantPatterns(source: string): readonly string[] {
  if (source.length > 256) return [];
  const python = OTHERS.reduce((text, [written, python]) => text.replace(written, python), source);
  // Flags stand at the start in Python.
  const [flags = ""] = /(?<!^)\(\?[aimsux]+\)/.exec(python) ?? [];
  const moved = flags === "" ? python : `${flags}${python.replace(flags, "")}`;
  return [
    moved,
    ...(/^[*?]|[\w)]\*\*|^[\w.-]*\*/.test(source) ? [wildcard(source)] : []),
    // Without groups of a special kind, signs may be meant as they are.
    ...(source.includes("(?") ? [] : [
      moved.replace(/[[({]$/, "\\$&"),
      moved.replace(/\\$/, "\\\\"),
      moved.replace(/(?<!\\)[[\](){}]/g, "\\$&"),
      moved.replace(/(?<!\\)[[\](){}+?|^$]/g, "\\$&"),
    ]),
  ].filter((meant) => meant !== source);
}

/** The expression that a pattern of a shell stands for: `.*\.v2` for `*.v2`. */
function wildcard(source: string): string {
  return source.replace(/[.+^$(){}|\\]/g, "\\$&").replace(/\*+/g, ".*").replace(/\?/g, ".");
}
