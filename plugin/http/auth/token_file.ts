import type { Bounds } from "../../runtime/bounds.ts";
import { HttpError } from "../errors.ts";
import { readOptionFile } from "../option_file.ts";
import { type CapturingPattern, compileCapturing, PatternError, PatternInputError } from "../../patterns/mod.ts";
import { textSetting, type TokenReader } from "./token_reader.ts";

/** A token file of more bytes than this is not read. */
const MAX_BYTES = 1024 * 1024;
const EMPTY = "see that what writes the file has written it";
const PATTERN = "check auth_token.reader.pattern: its first group is the token";

/**
 * The reader `file`: the whole file without white space around it, or the one group of `pattern`.
 *
 * @throws {HttpError} `config`, for a pattern that cannot be compiled.
 */
export async function fileReader(
  settings: Readonly<Record<string, unknown>>,
  bounds: Bounds,
): Promise<TokenReader> {
  const path = textSetting("reader", settings, "path");
  const pattern = settings.pattern === undefined
    ? undefined
    : await compiled(textSetting("reader", settings, "pattern"));
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

async function compiled(source: string): Promise<CapturingPattern> {
  try {
    return await compileCapturing(source);
  } catch (cause) {
    if (cause instanceof PatternError) {
      throw new HttpError("config", `auth_token.reader.pattern: ${cause.message}`, PATTERN);
    }
    throw cause;
  }
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
