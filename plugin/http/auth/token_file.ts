import type { Bounds } from "../../runtime/bounds.ts";
import { HttpError } from "../errors.ts";
import { readOptionFile } from "../option_file.ts";
import { type CapturingPattern, compileCapturing, PatternInputError } from "../../patterns/mod.ts";
import type { ReaderSettings, TokenReader } from "./token_reader.ts";

/** A token file of more bytes than this is not read. */
const MAX_BYTES = 1024 * 1024;
const EMPTY = "see that what writes the file has written it";
const PATTERN = "check auth_token.reader.pattern: its first group is the token";

/** The reader `file`: the whole file without white space around it, or the one group of `pattern`. */
export async function fileReader(
  { path, pattern: source }: ReaderSettings<"file">,
  bounds: Bounds,
): Promise<TokenReader> {
  const pattern = source === undefined ? undefined : await compileCapturing(source);
  return async () => {
    const content = await readOptionFile("auth_token.reader.path", path, {
      ...bounds,
      maxBytes: MAX_BYTES,
      failure: "auth",
    });
    const text = pattern === undefined ? content.trim() : group(pattern, content, path);
    if (text === "") throw new HttpError("auth", `auth_token: there is no token in ${path}`, EMPTY);
    return { text, expiresMs: Infinity };
  };
}

function group(pattern: CapturingPattern, content: string, path: string): string {
  let found: string | undefined;
  try {
    found = pattern.captures(content)?.[0];
  } catch (cause) {
    if (!(cause instanceof PatternInputError)) throw cause;
    throw new HttpError("auth", `auth_token: ${path} is too long for its pattern`, PATTERN);
  }
  if (found === undefined) {
    throw new HttpError("auth", `auth_token: the pattern, or its group, matches nothing in ${path}`, PATTERN);
  }
  return found;
}
