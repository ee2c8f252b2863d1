import * as v from "valibot";
import type { HttpClient, HttpRequest, HttpResponse } from "../http/mod.ts";
import { HttpError } from "../http/mod.ts";
import { PatternInputError } from "../patterns/mod.ts";
import type { ReportError } from "../report/mod.ts";
import { OutOfTimeError } from "../runtime/bounds.ts";
import { clip, oneLine } from "../text/mod.ts";
import { readJson } from "./json.ts";
import { TargetError, type TargetReason } from "./target_error.ts";

/** Any failure of a run as the report's `error`; what nobody foresaw is `internal`. */
export function toReportError(error: unknown): ReportError {
  if (error instanceof TargetError || error instanceof HttpError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  if (error instanceof PatternInputError) {
    return {
      code: "limit",
      message: error.message,
      hint: "begin this pattern with ^, or write it without back-references and atomic groups",
    };
  }
  if (error instanceof OutOfTimeError) return { code: "timeout", message: error.message };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "internal", message, hint: "this is a fault of torchserve-check: please report it" };
}

/**
 * With token authorization on, a TorchServe that has both APIs at one address takes the inference key for inference there,
 * and no key for management (measured on 0.12.0).
 */
export function noKeyFits(url: string): TargetError {
  return new TargetError(
    "auth",
    `${url} is TorchServe's inference and its management API at one address: with token authorization, no key opens the ` +
      "management API there",
    "give inference_address and management_address a port each in TorchServe's config.properties, or start it with " +
      "--disable-token-auth",
    { reason: "no_key_fits" },
  );
}

/**
 * Asks, and takes only a 2xx.
 *
 * @throws {TargetError} for any other status: `auth` where the server wants credentials, else `http`
 * @throws {HttpError} when there is no complete response
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

interface ServerError {
  /** The class of a Java exception; foreign text. */
  readonly type: string;
  readonly message: string;
}

/**
 * What TorchServe says in an error's body: `{"code": 404, "type": "ModelNotFoundException", "message": "…"}`, or, of an
 * unhealthy server, `{"status": "Unhealthy"}`.
 */
function serverError(response: HttpResponse): ServerError {
  const body = response.body.length <= MAX_ERROR_BODY ? readJson(response.text()) : undefined;
  const { type, message } = v.is(errorSchema, body)
    ? body
    : { type: "", message: v.is(statusSchema, body) ? body.status : "" };
  return { type, message: oneLine(clip(message, MAX_EXCERPT)) };
}

/** Whether TorchServe refused a request because of its token; no other status has this type. */
export function isKeyRefusal(response: HttpResponse): boolean {
  return response.status === 400 && serverError(response).type === "InvalidKeyException";
}

/** `http://host/models answered 404 Not Found: Model not found: x`. */
export function describeResponse(response: HttpResponse): string {
  const { status, statusText, url } = response;
  const { message } = serverError(response);
  const said = message === "" ? "" : `: ${message}`;
  return `${url} answered ${status}${statusText === "" ? "" : ` ${statusText}`}${said}`;
}

/** The exceptions of TorchServe's errors by which something is decided here (`org.pytorch.serve.http`). */
const EXCEPTIONS: ReadonlyMap<string, TargetReason> = new Map([
  ["InvalidKeyException", "key_refused"],
  ["ModelNotFoundException", "no_such_model"],
  ["ModelVersionNotFoundException", "no_such_model"],
  ["ResourceNotFoundException", "no_such_resource"],
  ["MethodNotAllowedException", "no_such_resource"],
]);

function reasonOf({ status }: HttpResponse, { type }: ServerError): TargetReason {
  const told = EXCEPTIONS.get(type);
  if (told !== undefined) return told;
  if (status === 404 || status === 405) return "no_such_resource";
  return status === 401 || status === 403 || status === 407 ? "credentials" : "other";
}

function refusal(response: HttpResponse): TargetError {
  const { status } = response;
  const reason = reasonOf(response, serverError(response));
  const refused = (code: "auth" | "http", hint?: string) =>
    new TargetError(code, describeResponse(response), hint, { reason, response });
  if (reason === "key_refused") {
    return refused(
      "auth",
      "TorchServe wants a token: set token_key_file to its key_file.json, or start it with --disable-token-auth",
    );
  }
  if (status === 401 || status === 403) {
    return refused("auth", "check username and password, headers or auth_token of this instance");
  }
  if (status === 407) return refused("auth", "check the credentials in the proxy's address");
  if (status >= 300 && status < 400) {
    return refused("http", "set allow_redirects: true, or the address it redirects to");
  }
  return refused("http");
}
