import { existsSync } from "node:fs";
import process from "node:process";
import { parseHost, parsePorts, systemProcRoot } from "../discover/mod.ts";
import { examine, type Finding, type Level, renderJson, renderText, type Subject } from "../doctor/mod.ts";
import { EXIT, paintFor, type Tone } from "../formats/mod.ts";
import { OutOfTimeError } from "../runtime/bounds.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { isUrl } from "./bare_argument.ts";
import { defaultPlace, readSource } from "./sources.ts";
import type { TargetOptions } from "./target_options.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** What a person says about how to look. */
export interface DoctorOptions extends TargetOptions {
  readonly ports?: string;
  /** Seconds of each probe. */
  readonly timeout: number;
  readonly format: "text" | "json";
}

/** For all of it, in milliseconds. */
const TIMEOUT_MS = 28_000;
/** In which a worker that fails to load is started anew, in milliseconds. */
const AGAIN_MS = 2_500;
/** Seconds. */
const MAX_PROBE = 5;
const TONES: Readonly<Record<Level, Tone>> = { wrong: "bad", doubtful: "doubtful", fine: "good" };

/**
 * `doctor`: says what is wrong with a TorchServe, why, and what to do. The exit status is 1 when something was found.
 *
 * @throws {UsageError} for arguments that cannot be meant
 */
export async function runDoctor(target: string | undefined, options: DoctorOptions): Promise<void> {
  const { timeout, format } = options;
  if (!(timeout > 0 && timeout <= MAX_PROBE)) {
    throw new UsageError(`--timeout ${timeout}: expected more than 0 and at most ${MAX_PROBE} seconds`, "--timeout 2");
  }
  const subject = await subjectOf(target, options);
  let findings: Finding[];
  try {
    findings = await examine(subject, {
      probeMs: timeout * 1_000,
      againMs: AGAIN_MS,
      timeoutMs: TIMEOUT_MS,
      procRoot: systemProcRoot(),
      nowMs: Date.now(),
    });
  } catch (thrown) {
    if (!(thrown instanceof OutOfTimeError)) throw thrown;
    tell(
      `torchserve-check: not everything answered within ${TIMEOUT_MS / 1_000} s: a file system may hang. ` +
        "What to do: torchserve-check --instance FILE shows what each instance says",
    );
    return setExitStatus(EXIT.failed);
  }
  const paint = paintFor(process.stdout);
  writeStdout(
    format === "json" ? renderJson(findings) : renderText(findings, (level, text) => paint(TONES[level], text)),
  );
  if (findings.some(({ level }) => level !== "fine")) setExitStatus(EXIT.failed);
}

async function subjectOf(target: string | undefined, options: DoctorOptions): Promise<Subject> {
  const { ports: list } = options;
  const isFile = target === undefined ? defaultPlace() !== undefined : isConfiguration(target);
  if (isFile) {
    if (list !== undefined) {
      throw new UsageError(
        "--ports has no effect on a configuration, which has its own",
        "leave it out, or name a host",
      );
    }
    const file = await readSource(target, options);
    if (target === undefined) {
      tell(`${file.origin} is looked at; torchserve-check doctor localhost looks at this machine`);
    }
    return { file };
  }
  for (const [name, value] of [["--host", options.host], ["--port", options.port]] as const) {
    if (value === undefined) continue;
    throw new UsageError(`${name} has no effect on a host, only on a configuration`, `leave it out, or name a file`);
  }
  try {
    const host = parseHost(target ?? "localhost");
    return { host, ports: list === undefined ? undefined : parsePorts(list) };
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new UsageError(`${target}: ${thrown.message}`, "torchserve-check help doctor");
  }
}

/** A file, standard input, YAML itself, or a URL with a path, as against the name of a host. */
function isConfiguration(target: string): boolean {
  if (target === "-" || existsSync(target)) return true;
  if (isUrl(target)) return !/^\s*https?:\/\/[^/?#\s]+\/?\s*$/i.test(target);
  if (/[\n{]|: |\.(ya?ml|json)$/.test(target)) return true;
  return target.startsWith("/") || target.startsWith("./") || target.startsWith("../");
}
