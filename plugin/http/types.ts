import type { Bounds } from "../runtime/bounds.ts";
import type { LogLevel } from "../runtime/log_levels.ts";

/** What a check asks for. */
export interface HttpRequest {
  /** `http://`, `https://`, or `unix://%2Frun%2Fts.sock/ping`: HTTP over a Unix socket. */
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
  /**
   * The request changes something at the server whatever its method: it is not sent a second time when its connection
   * closes, only when the server refuses it for want of credentials. Default `false`; a `POST` never is.
   */
  readonly once?: boolean;
}

/** An answer of any status, read to its end. */
export interface HttpResponse {
  readonly status: number;
  /** On one line, at most 200 characters. */
  readonly statusText: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that answered, after redirects, without user info. */
  readonly url: string;
  /** Decompressed. Of a refusal (any status but 2xx), which is for people, at most the first 64 KiB. */
  readonly body: Uint8Array;
  /** The body as text: UTF-8, bad bytes replaced. */
  text(): string;
  /** Says that the body was read, and will not be again: its memory serves the next answer. Nobody has to. */
  release?(): void;
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
  /** The first 64 Ki characters of a text without what this client told servers in confidence, should they echo it. */
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
  /** Told of each request how it ended, for a person who looks for a fault. Never receives secrets. */
  readonly trace?: ((line: string) => void) | undefined;
  /** For what is odd about a response that is used all the same; goes into the report. */
  readonly warn?: (code: HttpErrorCode, message: string) => void;
  /**
   * Asked before each redirect: rejects with an {@linkcode HttpError} where one must not be followed. Everything may be
   * where nothing is said.
   */
  readonly mayFollow?: ((to: URL) => Promise<void>) | undefined;
}
