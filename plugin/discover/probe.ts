import { monotonicMs } from "../runtime/bounds.ts";
import { httpDefaults } from "../config/mod.ts";
import { createHttpClient, HttpError } from "../http/mod.ts";
import type { Scheme } from "./host.ts";
import { recognise, type Recognised, type RecognisedApi } from "./recognise.ts";

/** What an instance needs for the certificate of a server; nothing where this machine trusts it. */
export interface TrustOptions {
  readonly tls_ca_cert?: string;
  readonly tls_verify?: boolean;
}

/** A port to look at. */
export interface Target {
  /** As URLs have it. */
  readonly host: string;
  readonly port: number;
  readonly schemes: readonly Scheme[];
}

/** An API that was found. */
export type FoundApi = RecognisedApi & {
  /** `http://localhost:8080`. */
  readonly address: string;
  readonly port: number;
  readonly version?: string;
  readonly trust: TrustOptions;
};

/** What became of a port. */
export interface Probed {
  readonly target: Target;
  readonly apis: readonly FoundApi[];
  /** Why there are none. */
  readonly nothing?: string;
  /** Nothing listens there. */
  readonly isRefused?: boolean;
  /** Nothing answers: the host has no address, or what is sent there is lost. */
  readonly isSilent?: boolean;
}

/** How ports are probed. */
export interface ProbeOptions {
  /** For connecting, and for each silence, in milliseconds; a port takes at most a few times as long. */
  readonly timeoutMs: number;
  /** Certificates that may stand for servers of this machine: paths of PEM files. */
  readonly certificates: readonly string[];
}

/** Requests that a port is asked one after the other, at most. */
const REQUESTS = 4;
/** A larger answer is not looked at, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Looks what is at a port, by HTTP and by HTTPS. */
export async function probe(target: Target, options: ProbeOptions): Promise<Probed> {
  const { host, port, schemes } = target;
  let nothing: string | undefined;
  let hasAnswered = false;
  for (const scheme of schemes) {
    const address = `${scheme}://${host}:${port}`;
    const trusts: TrustOptions[] = scheme === "http"
      ? [{}]
      // A server logs a handshake that its client breaks off: what is likeliest to be right comes first.
      : [...options.certificates.map((path) => ({ tls_ca_cert: path })), {}, { tls_verify: false }];
    for (const trust of trusts) {
      const found = await look(address, port, trust, options.timeoutMs);
      if (!(found instanceof HttpError)) {
        hasAnswered = true;
        const { apis, version, other } = found;
        const more = { address, port, trust, ...(version === undefined ? {} : { version }) };
        if (apis.length > 0) return { target, apis: apis.map((api) => ({ ...api, ...more })) };
        nothing ??= other ?? `${address} describes itself as TorchServe, but none of its APIs answers`;
        // A server that speaks HTTP takes the start of TLS for a broken request, and may log it.
        if (found.mayWantTls !== true) return { target, apis: [], nothing };
        break;
      }
      // What plain HTTP met says more than that there is no TLS either.
      if (nothing === undefined || found.failure !== "no_tls") {
        nothing = reason(found, options.timeoutMs);
      }
      if (isUnreachable(found)) {
        return { target, apis: [], nothing, isRefused: found.failure === "refused", isSilent: !hasAnswered };
      }
      if (!isUntrusted(found)) break;
    }
  }
  return { target, apis: [], nothing: nothing ?? "it was not asked" };
}

async function look(
  address: string,
  port: number,
  trust: TrustOptions,
  timeoutMs: number,
): Promise<Recognised | HttpError> {
  try {
    const options = httpDefaults({
      ...trust,
      timeout: timeoutMs / 1_000,
      allow_redirects: false,
      max_response_bytes: MAX_BYTES,
      tls_ignore_warning: true,
    });
    const http = await createHttpClient(options, { deadlineMs: monotonicMs() + REQUESTS * timeoutMs });
    try {
      return await recognise(http, address, port);
    } finally {
      await http.close();
    }
  } catch (thrown) {
    if (thrown instanceof HttpError) return thrown;
    throw thrown;
  }
}

/** Whether another scheme would meet the same. */
function isUnreachable({ code, failure }: HttpError): boolean {
  return code === "timeout" || (code === "connect" && failure !== "no_response");
}

/** The server has TLS, and a certificate that is not trusted (or a `certificate_file` that is no authority). */
function isUntrusted({ code, failure }: HttpError): boolean {
  return failure === "certificate" || code === "config";
}

function reason({ code, failure, message }: HttpError, timeoutMs: number): string {
  if (failure === "refused") return "nothing listens there";
  if (failure === "unknown_host") return "the host name has no address";
  if (code === "timeout") return `no answer within ${timeoutMs / 1_000} s`;
  return message;
}
