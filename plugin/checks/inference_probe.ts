import { readFile, stat } from "node:fs/promises";
import type { Instance } from "../config/mod.ts";
import { HttpError } from "../http/mod.ts";
import type { HttpRequest, HttpResponse } from "../http/mod.ts";
import { compilePattern, PatternInputError } from "../patterns/mod.ts";
import type { ReportBuilder } from "../report/mod.ts";
import { describeResponse, resource, TargetError, toReportError } from "../torchserve/mod.ts";
import type { CheckContext } from "./check.ts";

/** `inference_probe`. */
type Probe = NonNullable<Instance<"inference">["inference_probe"]>;

/** Most bytes of `body_file`. */
const MAX_BODY = 16 * 1024 * 1024;
/** How much of the answer `expect_body` sees, in characters. */
const MAX_MATCHED = 1_000_000;

/**
 * Sends the request of `inference_probe`, and submits its time in milliseconds and its success
 * (https://pytorch.org/serve/inference_api.html#predictions-api).
 */
export async function sendProbe(
  probe: Probe,
  endpoint: string,
  { http, report }: CheckContext,
  instanceTags: readonly string[],
): Promise<void> {
  const tags = tagsOf(probe, instanceTags);
  let body: string | Uint8Array;
  try {
    body = probe.body ?? (probe.body_file === undefined ? "" : await readBody(probe.body_file));
  } catch (thrown) {
    const { message } = toReportError(thrown);
    report.missing("config", `inference_probe: ${message}`);
    report.serviceCheck("probe", 3, tags, message);
    return;
  }
  const path = [probe.model, ...probe.version === undefined ? [] : [probe.version]].map(encodeURIComponent).join("/");
  const request: HttpRequest = {
    url: resource(endpoint, `predictions/${path}`),
    method: "POST",
    headers: { "content-type": probe.content_type ?? "application/octet-stream" },
    body,
  };
  try {
    const startMs = performance.now();
    const response = await within(probe.timeout, request.url, http.request(request));
    report.gauge("probe.latency", performance.now() - startMs, tags);
    await judge(response, probe);
    report.serviceCheck("probe", 0, tags);
  } catch (thrown) {
    const { code, message, hint } = toReportError(thrown);
    report.missing(code, `inference_probe: ${message}${hint === undefined ? "" : ` (${hint})`}`);
    report.serviceCheck("probe", 2, tags, message);
  }
}

/** Submits the probe's service check of a run whose ping failed. */
export function probeSkipped(probe: Probe, report: ReportBuilder, tags: readonly string[], reason: string): void {
  report.serviceCheck("probe", 2, tagsOf(probe, tags), `not sent: ${reason}`);
}

function tagsOf({ model, version }: Probe, tags: readonly string[]): string[] {
  return [...tags, `model_name:${model}`, ...version === undefined ? [] : [`model_version:${version}`]];
}

/** @throws {TargetError} when the answer is not the expected one */
async function judge(response: HttpResponse, { expect_status: status, expect_body: pattern }: Probe): Promise<void> {
  const isExpected = status === undefined
    ? response.status >= 200 && response.status < 300
    : response.status === status;
  if (!isExpected) {
    const expected = status === undefined ? "a 2xx" : `${status}`;
    throw new TargetError("http", `${describeResponse(response)}; expected was ${expected}`);
  }
  if (pattern === undefined) return;
  const compiled = await compilePattern(pattern);
  try {
    if (compiled.matches(response.text().slice(0, MAX_MATCHED))) return;
  } catch (thrown) {
    if (thrown instanceof PatternInputError) throw new TargetError("limit", `expect_body: ${thrown.message}`);
    throw thrown;
  }
  throw new TargetError(
    "parse",
    `${response.url} answered ${response.status} with ${response.body.length} bytes that expect_body does not match`,
  );
}

/** Waits no longer than `seconds`; what is still under way then ends with the run. */
async function within<T>(seconds: number | undefined, url: string, answer: Promise<T>): Promise<T> {
  if (seconds === undefined) return await answer;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new HttpError(
      "timeout",
      `${url} did not answer within ${seconds} s`,
      "raise timeout of inference_probe",
    );
    timer = setTimeout(() => reject(error), seconds * 1_000);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}

async function readBody(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new TargetError("config", `body_file ${path} is not a file`);
    if (found.size > MAX_BODY) {
      throw new TargetError("config", `body_file ${path} has ${found.size} bytes, and ${MAX_BODY} are the most`);
    }
    return await readFile(path);
  } catch (thrown) {
    if (thrown instanceof TargetError) throw thrown;
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown failure";
    throw new TargetError("config", `body_file ${path} cannot be read: ${code}`);
  }
}
