/** A part of an expression in Prometheus' language. */
export interface Token {
  readonly kind: "name" | "text" | "number" | "variable" | "sign";
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:#[^\n]*\n\s*)*(?:(?<name>[a-zA-Z_][\w:]*)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)?)|(?<variable>\$\{?\w+\}?)|(?<sign>[=!<>]=|[=!]~|[-+*/%^<>=(){}[\],:@]))/y;

/** Reads an expression part by part; what is none ends it with a sign that says so. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const [kind, found] = Object.entries(match?.groups ?? {}).find(([, one]) => one !== undefined) ?? [];
    if (match === null || found === undefined) {
      const wrong = text.slice(at).trimStart();
      return [...tokens, { kind: "sign", text: wrong.slice(0, 20), at: text.length - wrong.length }];
    }
    at = TOKEN.lastIndex;
    tokens.push({ kind: kind as Token["kind"], text: found, at: at - found.length });
  }
  return tokens;
}
