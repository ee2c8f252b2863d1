import type { HttpResponse } from "../http/mod.ts";
import { clip, oneLine } from "../text/mod.ts";
import { TargetError } from "./target_error.ts";

/** `http://host:8080` of a URL, without user info. */
export function origin(url: string): string {
  return URL.parse(url)?.origin ?? url;
}

/** A body that is not TorchServe's, and what it looks like. */
export interface ForeignBody {
  readonly html: boolean;
  /** `an HTML page "502 Bad Gateway" of nginx/1.22`. */
  readonly description: string;
}

/** How much of a body is looked at, in bytes. */
const LOOK = 4_096;
/** Most of a title or a header that is shown, in characters. */
const MAX_SHOWN = 80;

/**
 * What a response holds that TorchServe does not send: HTML (it sends none), or a body that names a proxy or another server
 * in its header (TorchServe sends neither `Server` nor `Via`).
 */
export function foreignBody(response: HttpResponse): ForeignBody | undefined {
  const html = isHtml(response.body);
  // TorchServe's own errors pass through proxies as JSON.
  if (!html && isJson(response)) return undefined;
  const server = response.headers["server"];
  const via = response.headers["via"];
  if (!html && server === undefined && via === undefined) return undefined;
  const title = html ? /<title[^>]*>([^<]*)/i.exec(start(response.body))?.[1]?.trim().replace(/\s+/g, " ") : undefined;
  const named = title === undefined || title === "" ? "" : ` ${JSON.stringify(shown(title))}`;
  const from = server === undefined ? "" : ` of ${shown(server)}`;
  const through = via === undefined ? "" : ` through ${shown(via)}`;
  return { html, description: `${html ? `an HTML page${named}` : "an answer"}${from}${through}` };
}

const shown = (text: string) => oneLine(clip(text, MAX_SHOWN));

/**
 * Whether a server says, in plain HTTP, that it wants TLS: TorchServe ("This TorchServe instance only accepts HTTPS
 * requests", 403), nginx ("The plain HTTP request was sent to HTTPS port", 400), Go's server and others.
 */
export function wantsTls({ status, url, body }: HttpResponse): boolean {
  return (status === 400 || status === 403) && url.startsWith("http:") && /\bHTTPS\b/.test(start(body));
}

function start(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(0, LOOK));
}

/** Whether a body is HTML, by its start; media types are not to be trusted. */
export function isHtml(body: Uint8Array): boolean {
  const text = start(body).trimStart();
  return text.startsWith("<") && /^<(?:!doctype html|html|head|body|!--|h1|title|\?xml)/i.test(text);
}

/**
 * Refuses what is certainly no exposition of metrics.
 *
 * @throws {TargetError} `parse`, for HTML and for a JSON document
 */
export function assertMetrics(response: HttpResponse): void {
  const what = isHtml(response.body) ? "HTML" : isJson(response) ? "JSON" : undefined;
  if (what === undefined) return;
  throw new TargetError("parse", `${response.url} answered ${what} instead of metrics`, undefined, {
    reason: "unexpected_body",
    response,
  });
}

/** Whether a response is a JSON document, by its media type and its start: a metric may start with a brace, too. */
function isJson(response: HttpResponse): boolean {
  const text = start(response.body).trimStart();
  return (text.startsWith("{") || text.startsWith("[")) && /\bjson\b/i.test(response.headers["content-type"] ?? "");
}
