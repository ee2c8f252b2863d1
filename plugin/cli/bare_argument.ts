import { existsSync } from "node:fs";
import { nearest, withoutUserInfo } from "../config/mod.ts";
import { UsageError } from "./usage_error.ts";

/** Whether a text is meant as a URL of a server. */
export function isUrl(text: string): boolean {
  return /^\s*https?:\/\/\S+\s*$/i.test(text);
}

/**
 * What to run, of the words that are no command: one that is a file or a URL is what `--instance` names.
 *
 * @param instance what stands after `--instance`; `true` where nothing does
 * @throws {UsageError} for a word that is neither, and for two sources
 */
export function sourceOf(
  words: readonly string[],
  instance: string | true | undefined,
  commands: readonly string[],
): string | true | undefined {
  const [word, second] = words;
  if (word === undefined) return instance;
  if (!isUrl(word) && !existsSync(word)) throw unknown(word, commands);
  const other = second ?? (typeof instance === "string" ? instance : undefined);
  if (other !== undefined) {
    throw new UsageError(
      `${withoutUserInfo(word)} and ${withoutUserInfo(other)}: one configuration is run at a time`,
      "put the instances into one file, or run the command once for each",
    );
  }
  return word;
}

function unknown(word: string, commands: readonly string[]): UsageError {
  const known = nearest(word, commands);
  if (known !== undefined) return new UsageError(`unknown command ${JSON.stringify(word)}`, `did you mean ${known}?`);
  const isFile = /[./\\]/.test(word);
  return isFile
    ? new UsageError(
      `${withoutUserInfo(word)}: there is no such file`,
      "name a file that there is, or a URL: torchserve-check FILE",
    )
    : new UsageError(`unknown command ${JSON.stringify(word)}`, "torchserve-check help");
}
