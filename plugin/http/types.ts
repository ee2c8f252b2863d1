import type { Bounds } from "../runtime/bounds.ts";
import type { LogLevel } from "../runtime/log_levels.ts";

/** What a check asks for. */
export interface HttpRequest {
  readonly url: string;
  /** Default `GET`. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS";
  /** Added to, and stronger than, the defaults; weaker than the user's `headers` and `extra_headers`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Another request to this server follows: keep the connection for it. Default `false`. */
  readonly more?: boolean;
  /** Most bytes of the body, decompressed, where that is less than `max_response_bytes`. */
  readonly maxBytes?: number;
}

/** An answer of any status, read to its end. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that answered, after redirects, without user info. */
  readonly url: string;
  /** Decompressed. */
  readonly body: Uint8Array;
  /** The body as text: UTF-8, bad bytes replaced. */
  text(): string;
}

/** One run's view of HTTP: it shares the run's deadline and counts what it does. */
export interface HttpClient {
  /**
   * Sends a request and reads the whole answer, following redirects as configured. Any status resolves.
   *
   * @throws {HttpError} when there is no complete answer.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Requests sent and decompressed bytes received so far. */
  readonly stats: { readonly requests: number; readonly bytes: number };
  /** A text without what this client has told servers in confidence, should they have echoed it. */
  hide?(text: string): string;
  /** Ends what is in flight and closes the connections of this run. */
  close(): Promise<void> | void;
}

/** Why there is no complete answer; a subset of the report's error codes (docs/protocol.md). */
export type HttpErrorCode = "config" | "connect" | "tls" | "timeout" | "auth" | "http" | "limit" | "internal";

/** Bounds of a run. */
export interface HttpRun extends Bounds {
  /** For `log_requests` and for warnings on options; goes to stderr or the host's log. Never receives secrets. */
  readonly log?: (level: LogLevel, message: string) => void;
}
