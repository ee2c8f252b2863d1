import { existsSync } from "node:fs";
import type { Command } from "commander";
import { meantUrl, nearest, withoutSecrets } from "../config/mod.ts";
import { namesBelow, unknownCommand } from "./command_names.ts";
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
  program: Command,
): string | true | undefined {
  const [word, second] = words;
  if (word === undefined) return instance;
  if (!isUrl(word) && !existsSync(word)) throw unknown(word, program);
  const other = second ?? (typeof instance === "string" ? instance : undefined);
  if (other !== undefined) {
    throw new UsageError(
      `${withoutSecrets(word)} and ${withoutSecrets(other)}: one configuration is run at a time`,
      "put the instances into one file, or run the command once for each",
    );
  }
  return word;
}

/** What nobody calls a file: a broken scheme, or a port behind a host. */
const LIKE_URL = /^(?:https?[:;/]|[a-z]+:\/\/|\/\/|[\w.-]+:\d+(?:\/|$))/i;

function unknown(word: string, program: Command): UsageError {
  if (/^\s*unix:/i.test(word)) {
    return new UsageError(
      `${shown(word)}: a Unix socket does not tell which API of TorchServe it is`,
      `say it: torchserve-check --instance 'inference_api_url: ${word.trim()}'; or management_api_url, openmetrics_endpoint`,
    );
  }
  const url = LIKE_URL.test(word) ? meantUrl(word) : undefined;
  if (url !== undefined) return new UsageError(`${shown(word)} is no URL`, `did you mean ${url}?`);
  const isFile = /[./\\]/.test(word) && nearest(word, namesBelow(program)) === undefined;
  return isFile
    ? new UsageError(
      `${shown(word)}: there is no such file`,
      "name a file that there is, or a URL: torchserve-check FILE",
    )
    : unknownCommand(word, program);
}

/** What somebody typed, without what may be a secret of it. */
export function shown(word: string): string {
  const safe = withoutSecrets(word);
  return safe === word ? word : `…@${safe.replace(/^[a-z]+:\/\//i, "")}`;
}
