import { existsSync } from "node:fs";
import process from "node:process";
import { type FileResult, readConfig, type TemplateValues } from "../config/mod.ts";
import { PLACES, platformOf } from "../hosts/places.ts";
import { monotonicMs, OutOfTimeError } from "../runtime/bounds.ts";
import { FileError, readFileWithin } from "../runtime/read_file.ts";
import { readAllOfStdin } from "../runtime/stdin.ts";
import { refuseUnused, type TargetOptions } from "./target_options.ts";
import { isUrl, shown } from "./bare_argument.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** A larger file is no configuration, in bytes. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;
/** What a file system, or whoever writes to a pipe, may take, in milliseconds. */
const READ_TIMEOUT_MS = 60_000;
/** Names of standard input. As files they could not be opened where it is a socket. */
const STDIN_NAMES = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** Where an Agent keeps the configuration of this check, after `conf.yaml` here. */
function defaultPlaces(): string[] {
  const directories = PLACES[platformOf(process.platform)].hosts.datadog?.settings ?? [];
  const checks = ["torchserve_check.d", "torchserve.d"];
  return ["conf.yaml", ...directories.flatMap((directory) => checks.map((check) => `${directory}/${check}/conf.yaml`))];
}

/** The configuration that is taken where nobody names one; `undefined` where there is none. */
export function defaultPlace(): string | undefined {
  return defaultPlaces().find((place) => existsSync(place));
}

/**
 * Reads a configuration from where a person points: a file, YAML or JSON itself, a URL, `-` for standard input, or, without
 * any of these, the usual places. Template variables are put in place: no host does it here.
 *
 * @param left where variables may be left for the host agent
 * @throws {UsageError} when there is nothing to read, and for a host or port that the text has no place for
 */
export async function readSource(
  source: string | undefined,
  { host, port }: TargetOptions = {},
  left?: TemplateValues["left"],
): Promise<FileResult> {
  const templates: TemplateValues = { environment: process.env, host, port, ...(left === undefined ? {} : { left }) };
  const read: Read = async (text, origin) => {
    const file = await readConfig(text, origin, templates, existsSync);
    refuseUnused(file.text, origin, { host, port });
    return file;
  };
  if (source !== undefined && STDIN_NAMES.includes(source)) return await readFromStdin(read);
  if (source === undefined) {
    const found = defaultPlace();
    if (found === undefined) {
      throw new UsageError(
        `no configuration: there is none of ${defaultPlaces().join(", ")}`,
        "name a file: torchserve-check --instance FILE; torchserve-check config example prints one",
      );
    }
    return await readFromFile(found, read);
  }
  if (existsSync(source)) return await readFromFile(source, read);
  if (isUrl(source)) {
    const { configurationOfUrl } = await import("./url_source.ts");
    const { config, taken } = await configurationOfUrl(source);
    tell(taken);
    return await read(config, "--instance");
  }
  if (looksLikeText(source)) return await read(source, "--instance");
  throw new UsageError(
    source.trim() === "" ? "an empty text is no configuration" : `${shown(source)}: there is no such file`,
    "give a file, a URL, YAML such as 'inference_api_url: http://…', or - for standard input",
  );
}

/** Reads the text of a configuration, which is called so in messages. */
type Read = (text: string | Uint8Array, origin: string) => Promise<FileResult>;

/** YAML and JSON mappings have a colon before a space or at a line's end, or a brace. */
function looksLikeText(source: string): boolean {
  return /[{\n]|:(\s|$)/.test(source);
}

async function readFromStdin(read: Read): Promise<FileResult> {
  let bytes: Uint8Array;
  try {
    bytes = await readAllOfStdin(MAX_CONFIG_BYTES);
  } catch (thrown) {
    throw new UsageError(
      thrown instanceof RangeError ? thrown.message : `standard input cannot be read: ${thrown}`,
      "hand over a configuration, or name a file",
    );
  }
  return await read(bytes, "standard input");
}

/** Reads a file, or what a named pipe or a process substitution gives until its writer closes it. */
async function readFromFile(path: string, read: Read): Promise<FileResult> {
  let bytes: Uint8Array;
  try {
    ({ bytes } = await readFileWithin(path, {
      maxBytes: MAX_CONFIG_BYTES,
      deadlineMs: monotonicMs() + READ_TIMEOUT_MS,
    }));
  } catch (thrown) {
    if (thrown instanceof FileError) {
      throw new UsageError(`${path} ${thrown.message}`, "name a file with a configuration that you may read");
    }
    if (!(thrown instanceof OutOfTimeError)) throw thrown;
    throw new UsageError(
      `${path} could not be read within ${READ_TIMEOUT_MS / 1_000} s`,
      "look at its file system, or at who writes to it where it is a pipe",
    );
  }
  return await read(bytes, path);
}
