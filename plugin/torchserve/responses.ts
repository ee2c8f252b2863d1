import * as v from "valibot";
import type { HttpClient, HttpRequest, HttpResponse } from "../http/types.ts";
import { HttpError } from "../http/errors.ts";
import { PatternInputError } from "../patterns/mod.ts";
import type { Code, ReportError } from "../report/report.ts";
import { readJson } from "./json.ts";

/** Why a target's answer cannot be used, in the report's words. */
export class TargetError extends Error {
  override readonly name = "TargetError";

  /** @param response the answer, where there is one to look at */
  constructor(readonly code: Code, message: string, readonly hint?: string, readonly response?: HttpResponse) {
    super(message);
  }
}

/** Any failure of a run as the report's `error`; what nobody foresaw is `internal`. */
export function toReportError(error: unknown): ReportError {
  if (error instanceof TargetError || error instanceof HttpError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  if (error instanceof PatternInputError) {
    return { code: "limit", message: error.message, hint: "rewrite this pattern without nested repetition" };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "internal", message, hint: "this is a fault of torchserve-check: please report it" };
}

/**
 * Asks, and takes only a 2xx for an answer.
 *
 * @throws {TargetError} for any other status: `auth` where the server wants credentials, else `http`
 * @throws {HttpError} when there is no complete answer
 */
export async function fetchOk(http: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  const response = await http.request(request);
  assertOk(response);
  return response;
}

/** @throws {TargetError} for any status but 2xx */
export function assertOk(response: HttpResponse): void {
  if (response.status < 200 || response.status >= 300) throw refusal(response);
}

/** Most of an error's message that is shown, in characters. */
const MAX_EXCERPT = 200;
/** A larger body is not TorchServe's error, in bytes. */
const MAX_ERROR_BODY = 65_536;

const errorSchema = v.object({ type: v.string(), message: v.string() });
const statusSchema = v.object({ status: v.string() });

/**
 * What TorchServe says in an error's body: `{"code": 404, "type": "ModelNotFoundException", "message": "…"}`, or, of an
 * unhealthy server, `{"status": "Unhealthy"}`.
 */
function serverError(response: HttpResponse): { type: string; message: string } {
  const body = response.body.length <= MAX_ERROR_BODY ? readJson(response.text()) : undefined;
  const { type, message } = v.is(errorSchema, body)
    ? body
    : { type: "", message: v.is(statusSchema, body) ? body.status : "" };
  return { type, message: message.slice(0, MAX_EXCERPT) };
}

/** Whether TorchServe refused a request because of its token; no other status has this type. */
export function isKeyRefusal(response: HttpResponse): boolean {
  return response.status === 400 && serverError(response).type === "InvalidKeyException";
}

/** `http://host/models answered 404 Not Found: Model not found: x`. */
export function describeAnswer(response: HttpResponse): string {
  const { status, statusText, url } = response;
  const { message } = serverError(response);
  const said = message === "" ? "" : `: ${message}`;
  return `${url} answered ${status}${statusText === "" ? "" : ` ${statusText}`}${said}`;
}

function refusal(response: HttpResponse): TargetError {
  const { status } = response;
  const { type } = serverError(response);
  const what = describeAnswer(response);
  if (type === "InvalidKeyException") {
    return new TargetError(
      "auth",
      what,
      "TorchServe wants a token: set token_key_file to its key_file.json, or start it with --disable-token-auth",
      response,
    );
  }
  if (status === 401 || status === 403) {
    return new TargetError(
      "auth",
      what,
      "check username and password, headers or auth_token of this instance",
      response,
    );
  }
  if (status === 407) return new TargetError("auth", what, "check the credentials in the proxy's address", response);
  if (status >= 300 && status < 400) {
    return new TargetError("http", what, "set allow_redirects: true, or the address it redirects to", response);
  }
  return new TargetError("http", what, undefined, response);
}
