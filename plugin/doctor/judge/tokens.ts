import { realpath } from "node:fs/promises";
import type { HttpConfig } from "../../config/mod.ts";
import { monotonicMs } from "../../runtime/bounds.ts";
import { TargetError } from "../../torchserve/mod.ts";
import { readKeyFile } from "../../torchserve/tokens/mod.ts";
import { type Facts, filesOf } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { FindingId } from "../catalogue.ts";
import type { Endpoint } from "../gather/endpoint.ts";

type Refused = Endpoint & { readonly config: HttpConfig };

/** How long the key file may take, in milliseconds. */
const FILE_MS = 2_000;
/** From when on a key that ends is told, in milliseconds before. */
const SOON_MS = 5 * 60_000;
/** Further ahead than any key that TorchServe makes is good for without saying so in its settings, in milliseconds. */
const MINUTE_MS = 60_000;

/** Why TorchServe does not take the keys of the instances, and until when it takes them. */
export async function judgeTokens(facts: Facts): Promise<Finding[]> {
  const refused = facts.endpoints.filter((endpoint): endpoint is Refused =>
    endpoint.report.error?.code === "auth" && endpoint.config.kind !== "metrics_log"
  );
  const findings: Finding[] = [];
  for (const endpoint of refused) merge(findings, await judge(endpoint, facts));
  return [...findings, ...await goodKeys(facts, refused)];
}

/** Two endpoints of one server mostly fail alike: one finding for both. */
function merge(findings: Finding[], next: Finding): void {
  const at = findings.findIndex(({ id, remedy }) => id === next.id && remedy === next.remedy);
  const same = findings[at];
  if (same === undefined) findings.push(next);
  else {
    findings[at] = {
      ...same,
      evidence: [...new Set([...same.evidence, ...next.evidence])],
      instances: [...same.instances, ...next.instances],
    };
  }
}

async function judge(endpoint: Refused, facts: Facts): Promise<Finding> {
  const { path, config, report: { error } } = endpoint;
  const { url, options } = config;
  const evidence = [`${url}: ${error?.message ?? "the key was refused"}`];
  const found = (
    id: FindingId,
    message: string,
    remedy: string | undefined,
    more: readonly string[] = [],
  ): Finding => ({
    id,
    level: "wrong",
    message,
    evidence: [...evidence, ...more],
    ...(remedy === undefined ? {} : { remedy }),
    instances: [path],
  });
  const own = filesOf(endpoint, facts)?.server.keyFile;
  const keyFile = "token_key_file" in options ? options.token_key_file : undefined;
  if (keyFile === undefined) {
    if (own?.problem !== undefined) {
      return found(
        "token_unreadable",
        `TorchServe wants a token, and ${own.problem}`,
        "run this, and the host agent, as TorchServe's user, and set token_key_file to the key_file.json in the " +
          "directory that TorchServe was started in",
      );
    }
    if (own?.path !== undefined) {
      return found(
        "token_missing",
        "TorchServe wants a token, and the instance has none",
        `set token_key_file: ${own.path}`,
      );
    }
    return found("token_missing", error?.message ?? "TorchServe wants a token", error?.hint);
  }
  const api = config.kind === "management" ? "management" : "inference";
  try {
    const keys = await readKeyFile(keyFile, { deadlineMs: monotonicMs() + FILE_MS });
    const end = keys[api]?.expiresAtMs;
    const isOther = own?.path !== undefined && await isOtherFile(own.path, keyFile);
    // A copy of an earlier start has mostly expired as well, and renewing it would help nobody.
    if (!isOther && end !== undefined && end <= facts.nowMs) {
      const [both] = [keys.management, keys.inference].every((key) => (key?.expiresAtMs ?? 0) <= facts.nowMs)
        ? ["the keys"]
        : [`the ${api} key`];
      return found(
        "token_expired",
        `TorchServe refuses ${both} of ${keyFile}: the time is over since ${isoTime(end)}`,
        "set token_renew: true in the instances, or restart TorchServe, which writes new keys",
      );
    }
    return found(
      "token_other",
      `TorchServe refuses the keys of ${keyFile}, which are of another start or of another server`,
      own?.path === undefined || !isOther ? error?.hint : `set token_key_file: ${own.path}`,
      [
        ...(end === undefined ? [] : [endText(api, end, facts.nowMs)]),
        ...(isOther ? [`This TorchServe writes its keys to ${own.path}.`] : []),
      ],
    );
  } catch (thrown) {
    if (!(thrown instanceof TargetError)) throw thrown;
    return found("token_unreadable", thrown.message, thrown.hint);
  }
}

function endText(api: string, end: number, nowMs: number): string {
  return end > nowMs
    ? `The ${api} key in it is good until ${isoTime(end)}, and is not accepted.`
    : `The ${api} key in it has expired at ${isoTime(end)}.`;
}

/** Whether two paths lead to two files. */
async function isOtherFile(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([path, other].map((name) => realpath(name).catch(() => name)));
  return one !== two;
}

/** Until when the keys that are accepted are good. */
async function goodKeys({ endpoints, nowMs }: Facts, refused: readonly Endpoint[]): Promise<Finding[]> {
  const files = new Map<string, string[]>();
  for (const endpoint of endpoints) {
    const { path, config: { options, kind } } = endpoint;
    if (kind === "metrics_log" || !("token_key_file" in options) || options.token_key_file === undefined) continue;
    if (refused.includes(endpoint) || endpoint.report.status === "error") continue;
    files.set(options.token_key_file, [...files.get(options.token_key_file) ?? [], path]);
  }
  const findings: Finding[] = [];
  for (const [file, instances] of files) {
    const keys = await readKeyFile(file, { deadlineMs: monotonicMs() + FILE_MS }).catch(() => undefined);
    const ends = [keys?.inference?.expiresAtMs, keys?.management?.expiresAtMs].filter((end) => end !== undefined);
    if (ends.length === 0) continue;
    const end = Math.min(...ends);
    const renews = endpoints.some(({ path, config: { options } }) =>
      instances.includes(path) && "token_renew" in options && options.token_renew
    );
    const left = Math.round((end - nowMs) / MINUTE_MS);
    findings.push({
      id: "keys",
      level: end - nowMs < SOON_MS && !renews ? "doubtful" : "fine",
      message: `The keys of ${file} are accepted, until ${isoTime(end)} (${left} minutes)`,
      evidence: [],
      ...(end - nowMs < SOON_MS && !renews ? { remedy: "set token_renew: true in the instances" } : {}),
      instances,
    });
  }
  return findings;
}

/** `2026-11-23T01:43:39Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
