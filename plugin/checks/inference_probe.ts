import type { Instance } from "../config/mod.ts";
import type { HttpRequest, HttpResponse } from "../http/mod.ts";
import { compilePattern, PatternInputError } from "../patterns/mod.ts";
import type { ReportBuilder } from "../report/mod.ts";
import { describeResponse, resource, TargetError, toReportError } from "../torchserve/mod.ts";
import { type Bounds, monotonicMs, OutOfTimeError, within } from "../runtime/bounds.ts";
import { FileError, readFileWithin } from "../runtime/read_file.ts";
import type { CheckContext } from "./check.ts";

/** `inference_probe`. */
type Probe = NonNullable<Instance<"inference">["inference_probe"]>;

/** Most bytes of `body_file`. */
const MAX_BODY = 16 * 1024 * 1024;
/** How much of the response `expect_body` sees, in characters. */
const MAX_MATCHED = 1_000_000;

/**
 * Sends the request of `inference_probe`, and submits its time in milliseconds and its success
 * (https://pytorch.org/serve/inference_api.html#predictions-api).
 */
export async function sendProbe(
  probe: Probe,
  endpoint: string,
  { http, report, deadlineMs, signal }: CheckContext,
  instanceTags: readonly string[],
): Promise<void> {
  const tags = tagsOf(probe, instanceTags);
  let body: string | Uint8Array;
  try {
    body = probe.body ?? (probe.body_file === undefined ? "" : await readBody(probe.body_file, { deadlineMs, signal }));
  } catch (thrown) {
    const { code, message } = toReportError(thrown);
    report.missing(code, `inference_probe: ${message}`);
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
    const response = await inTime(probe.timeout, request.url, http.request(request), { deadlineMs, signal });
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

/** @throws {TargetError} when the response is not the expected one */
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
    if (compiled.matches(startOf(response))) return;
  } catch (thrown) {
    if (thrown instanceof PatternInputError) throw new TargetError("limit", `expect_body: ${thrown.message}`);
    throw thrown;
  }
  throw new TargetError(
    "parse",
    `${response.url} answered ${response.status} with ${response.body.length} bytes that expect_body does not match`,
  );
}

/** The part of a response that `expect_body` sees. */
function startOf(response: HttpResponse): string {
  const most = 4 * MAX_MATCHED;
  const text = response.body.length <= most
    ? response.text()
    : new TextDecoder().decode(response.body.subarray(0, most));
  return text.slice(0, MAX_MATCHED);
}

/** Waits no longer than `seconds`; what is still under way then ends with the run. */
async function inTime<T>(seconds: number | undefined, url: string, response: Promise<T>, bounds: Bounds): Promise<T> {
  if (seconds === undefined) return await response;
  try {
    return await within(response, {
      ...bounds,
      deadlineMs: Math.min(bounds.deadlineMs, monotonicMs() + 1_000 * seconds),
    });
  } catch (thrown) {
    if (!(thrown instanceof OutOfTimeError) || thrown.why === "cancelled") throw thrown;
    throw new TargetError("timeout", `${url} did not answer within ${seconds} s`, "raise timeout of inference_probe", {
      reason: "out_of_time",
    });
  }
}

async function readBody(path: string, bounds: Bounds): Promise<Uint8Array> {
  try {
    return (await readFileWithin(path, { ...bounds, maxBytes: MAX_BODY })).bytes;
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError) {
      throw new TargetError("timeout", `body_file ${path} was not read in time: ${thrown.message}`);
    }
    if (!(thrown instanceof FileError)) throw thrown;
    throw new TargetError("config", `body_file ${path} ${thrown.message}`);
  }
}
