import { open } from "node:fs/promises";
import { codeOf } from "../wire/classify.ts";
import { HttpError } from "../errors.ts";
import { compilePattern, type Pattern, PatternError, PatternInputError } from "../../patterns/mod.ts";
import { textSetting, type TokenReader } from "./token.ts";

/** A token file of more bytes than this is not read. */
const MAX_BYTES = 1024 * 1024;

/**
 * The reader `file`: the whole file without white space around it, or the one group of `pattern`.
 *
 * @throws {HttpError} `config`, for a pattern that cannot be compiled.
 */
export async function fileReader(settings: Readonly<Record<string, unknown>>): Promise<TokenReader> {
  const path = textSetting("reader", settings, "path");
  const pattern = settings.pattern === undefined
    ? undefined
    : await compiled(textSetting("reader", settings, "pattern"));
  return async () => {
    const content = await read(path);
    const text = pattern === undefined ? content.trim() : group(pattern, content, path);
    if (text === "") throw new HttpError("auth", `auth_token: there is no token in ${path}`);
    return { text, expiresMs: Infinity };
  };
}

async function compiled(source: string): Promise<Pattern> {
  try {
    return await compilePattern(source);
  } catch (cause) {
    if (cause instanceof PatternError) {
      throw new HttpError("config", `auth_token.reader.pattern: ${cause.message}`);
    }
    throw cause;
  }
}

function group(pattern: Pattern, content: string, path: string): string {
  let found: string | undefined;
  try {
    found = pattern.exec(content)?.[1];
  } catch (cause) {
    if (!(cause instanceof PatternInputError)) throw cause;
    throw new HttpError("auth", `auth_token: ${path} is too long for its pattern`);
  }
  if (found === undefined) {
    throw new HttpError("auth", `auth_token: the pattern, or its group, matches nothing in ${path}`);
  }
  return found;
}

async function read(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > MAX_BYTES) {
        throw new HttpError("auth", `auth_token: ${path} has ${size} bytes; at most ${MAX_BYTES} are read`);
      }
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError("auth", `auth_token: ${path} cannot be read (${codeOf(cause) || "unknown failure"})`);
  }
}
