import { clip, oneLine } from "../../text/mod.ts";
import { HttpError, type HttpFailure } from "../errors.ts";

const LOG = "see the server's log";

/** What is known about the exchange that failed. */
export interface FailureContext {
  /** The URL without user info. */
  readonly address: string;
  /** The answer's status line and fields had arrived. */
  readonly answered: boolean;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there: check host and port, and that the server is up",
  ENOTFOUND: "the host name has no address: check its spelling and the DNS",
  EAI_AGAIN: "the DNS did not answer: try again, or use an IP address",
  EAI_FAIL: "the DNS failed: try again, or use an IP address",
  EHOSTUNREACH: "there is no route to the host: check the address and firewalls",
  ENETUNREACH: "there is no route to the network: check the address and the routes of this machine",
  EADDRNOTAVAIL: "this machine has no local address or port left for the connection",
  EACCES: "the system does not permit the connection: check firewalls and the permissions of this process",
  EPERM: "the system does not permit the connection: check firewalls and the permissions of this process",
  ENOENT: "the socket file does not exist: check its path, and that the server is up",
  EMFILE: "this process has too many open files: raise its limit",
};

const FAILURES: Readonly<Record<string, HttpFailure>> = { ECONNREFUSED: "refused", ENOTFOUND: "unknown_host" };

const CLOSED = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_SOCKET_CLOSED", "ERR_STREAM_PREMATURE_CLOSE"]);

const UNKNOWN_AUTHORITY = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "CERT_UNTRUSTED",
]);

/** The authorities that were trusted do not vouch for the server; on Deno also for one whose certificate has expired. */
export class UnknownAuthorityError extends HttpError {
  constructor(address: string, code: string) {
    super(
      "tls",
      `The certificate of ${address} is expired or signed by an unknown authority (${code})`,
      "set tls_ca_cert to the certificate of the authority that signed it",
      "certificate",
    );
  }
}

/** Turns what a runtime reports into an {@linkcode HttpError}, by its code: the same on Bun and Deno. */
export function classify(cause: unknown, context: FailureContext): HttpError {
  if (cause instanceof HttpError) return cause;
  const code = codeOf(cause);
  const { address, answered } = context;

  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) {
    return new HttpError("connect", `No connection to ${address}: ${code}`, unreachable, FAILURES[code]);
  }
  if (code === "ETIMEDOUT") {
    // The system gives up connecting, or a connection on which nothing is acknowledged any more.
    return answered
      ? new HttpError("timeout", `The connection to ${address} broke: ETIMEDOUT`, "check the network and firewalls")
      : new HttpError(
        "timeout",
        `No connection to ${address}: ETIMEDOUT`,
        "check the address and firewalls",
        "connect_timeout",
      );
  }
  if (CLOSED.has(code)) {
    return answered
      ? new HttpError("http", `${address} closed the connection in the middle of its answer`, LOG, "cut_off")
      : new HttpError("connect", `${address} closed the connection without an answer`, LOG, "no_response");
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    return new HttpError("limit", `The header of the answer of ${address} is too large`, "see the server's log");
  }
  return tlsFailure(code, cause, address) ?? brokenResponse(code, cause, address);
}

function tlsFailure(code: string, cause: unknown, address: string): HttpError | undefined {
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "EPROTO") {
    return new HttpError(
      "tls",
      `${address} does not speak TLS`,
      "use http:// if the server has no TLS on this port",
      "no_tls",
    );
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    const state = code === "CERT_HAS_EXPIRED" ? "has expired" : "is not valid yet";
    return new HttpError(
      "tls",
      `The certificate of ${address} ${state}`,
      "renew it, and check both clocks",
      "certificate",
    );
  }
  if (UNKNOWN_AUTHORITY.has(code)) return new UnknownAuthorityError(address, code);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH") {
    return new HttpError(
      "tls",
      `The certificate of ${address} is for another name`,
      "use a name that is in the certificate, or tls_use_host_header with a Host header",
      "certificate",
    );
  }
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN/i.test(code)) {
    return new HttpError(
      "tls",
      `${address} refused the TLS handshake (${code})`,
      "it may want a client certificate (tls_cert, tls_private_key), or other tls_protocols_allowed or tls_ciphers",
    );
  }
  if (/^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|CRL_|INVALID_CA|PATH_LENGTH|ERROR_IN_CERT)/.test(code) || isTls(cause)) {
    return new HttpError("tls", `The TLS handshake with ${address} failed (${code || messageOf(cause)})`);
  }
  return undefined;
}

/** Deno's TLS library reports alerts without a code of its own. */
function isTls(cause: unknown): boolean {
  return codeOf(cause) === "" && /\b(alert|certificate|handshake|TLS)\b/i.test(messageOf(cause));
}

function brokenResponse(code: string, cause: unknown, address: string): HttpError {
  if (startsTlsRecord(cause)) {
    return new HttpError("http", `${address} answers with TLS, not HTTP`, "use https://", "only_tls");
  }
  return new HttpError(
    "http",
    `${address} did not answer in valid HTTP (${code || messageOf(cause)})`,
    "check that the port is the right one",
    "not_http",
  );
}

/** A TLS alert record (RFC 8446, 5.1) where a status line was expected. */
function startsTlsRecord(cause: unknown): boolean {
  if (typeof cause !== "object" || cause === null || !("rawPacket" in cause)) return false;
  const bytes = cause.rawPacket;
  return bytes instanceof Uint8Array && bytes[0] === 0x15 && bytes[1] === 0x03;
}

/** The `code` of an error, or of its cause; `""` without. */
export function codeOf(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  return "cause" in cause ? codeOf(cause.cause) : "";
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? oneLine(clip(cause.message, 200)) : "unknown failure";
}
