import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import process from "node:process";
import { type FileResult, readConfig } from "../config/mod.ts";
import { readAllStdin } from "../runtime/stdin.ts";
import { UsageError } from "./usage_error.ts";

/** A larger file is no configuration, in bytes. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** Where an Agent keeps the configuration of this check, after `conf.yaml` here. */
function defaultPlaces(): string[] {
  const agent = process.platform === "win32"
    ? `${process.env["ProgramData"] ?? "C:\\ProgramData"}\\Datadog\\conf.d\\`
    : process.platform === "darwin"
    ? "/opt/datadog-agent/etc/conf.d/"
    : "/etc/datadog-agent/conf.d/";
  return ["conf.yaml", ...["torchserve_check.d", "torchserve.d"].map((name) => `${agent}${name}/conf.yaml`)];
}

/**
 * Reads a configuration from where a person points: a file, YAML or JSON itself, `-` for standard input, or, without
 * any of these, the usual places.
 *
 * @throws {UsageError} when there is nothing to read
 */
export async function readSource(source: string | undefined): Promise<FileResult> {
  if (source === "-") return await readConfig(await readAllStdin(MAX_CONFIG_BYTES), "standard input");
  if (source === undefined) {
    const found = defaultPlaces().find((place) => existsSync(place));
    if (found === undefined) {
      throw new UsageError(
        `no configuration: there is none of ${defaultPlaces().join(", ")}`,
        "name a file: torchserve-check --instance FILE; torchserve-check config example prints one",
      );
    }
    return await readFromFile(found);
  }
  if (existsSync(source)) return await readFromFile(source);
  if (looksLikeText(source)) return await readConfig(source, "--instance");
  throw new UsageError(
    `${source}: there is no such file`,
    "give a file, YAML such as 'inference_api_url: http://…', or -",
  );
}

/** YAML and JSON mappings have a colon before a space or at a line's end, or a brace. */
function looksLikeText(source: string): boolean {
  return /[{\n]|:(\s|$)/.test(source);
}

async function readFromFile(path: string): Promise<FileResult> {
  try {
    const { size } = await stat(path);
    if (size > MAX_CONFIG_BYTES) throw new RangeError(`it has ${size} bytes, and ${MAX_CONFIG_BYTES} are the most`);
    return await readConfig(await readFile(path, "utf8"), path);
  } catch (thrown) {
    throw new UsageError(`${path} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}
