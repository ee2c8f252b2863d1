import type { HttpClient, HttpResponse } from "../../http/mod.ts";
import { HttpError } from "../../http/mod.ts";

/** How often a request is sent at most. */
const ATTEMPTS = 5;
/** Seconds between attempts where the server says nothing: doubled each time. */
const FIRST_WAIT = 1;
/** The longest time that a server may ask to wait, in seconds. */
const LONGEST_WAIT = 120;
/** What a message shows of an answer, in characters. */
const SHOWN = 300;

/** The backend did not do what was asked. */
export class ApiError extends Error {
  /**
   * @param status of the answer; `undefined`: there was none
   * @param mayRetry whether asking again can help
   */
  constructor(message: string, readonly status?: number, readonly mayRetry = true) {
    super(message);
    this.name = "ApiError";
  }

  /** The keys are not taken, or may not do this: what follows would be refused, too. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403;
  }

  /** The backend gives no answer at all: what follows would wait as long for none. */
  get isSilence(): boolean {
    return this.status === undefined;
  }

  /** Whether the request may have been done all the same. */
  get isOpen(): boolean {
    return this.status === undefined || this.status >= 500;
  }
}

/** What the API is asked with. */
export interface ApiParts {
  readonly http: HttpClient;
  /** `https://api.datadoghq.com`, without a slash at its end. */
  readonly base: string;
  readonly wait: (seconds: number) => Promise<void>;
  /** Takes keys out of a text. */
  readonly hide: (text: string) => string;
  /** Says what takes longer. */
  readonly say: (text: string) => void;
}

/** A JSON API: waits where it asks to, tries again what failed in between, and makes errors of refusals. */
export class Api {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** @throws {ApiError} */
  get(path: string): Promise<unknown> {
    return this.#ask("GET", path, undefined, ATTEMPTS);
  }

  /** The answer, or `undefined` for 404. @throws {ApiError} */
  async find(path: string): Promise<unknown> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Replaces or removes; doing it twice is the same as once. @throws {ApiError} */
  put(path: string, body: unknown): Promise<unknown> {
    return this.#ask("PUT", path, body, ATTEMPTS);
  }

  /** @throws {ApiError} */
  async remove(path: string): Promise<void> {
    try {
      await this.#ask("DELETE", path, undefined, ATTEMPTS);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }

  /**
   * Sends once what must not be done twice; only what the server has surely not done is sent again.
   *
   * @throws {ApiError} `isOpen`, when it may have been done
   */
  post(path: string, body: unknown): Promise<unknown> {
    return this.#ask("POST", path, body, 1);
  }

  /** Asks for a judgement: nothing is made, so it may be asked again. @throws {ApiError} */
  judge(path: string, body: unknown): Promise<unknown> {
    return this.#ask("POST", path, body, ATTEMPTS);
  }

  /** Waits before an attempt is made again. @param attempt from 1 */
  pause(attempt: number): Promise<void> {
    return this.#parts.wait(FIRST_WAIT * 2 ** (attempt - 1));
  }

  async #ask(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body: unknown,
    attempts: number,
  ): Promise<unknown> {
    const { base, wait, hide, say } = this.#parts;
    for (let attempt = 1, limited = 0;; attempt++) {
      const answer = await this.#send(method, `${base}${path}`, body);
      if (!(answer instanceof ApiError) && answer.status < 300) return parsed(answer, path, hide);
      const status = answer.status;
      // Nothing was done: it may be asked again, whatever it is.
      if (status === 429 && limited++ < ATTEMPTS && !(answer instanceof ApiError)) {
        const seconds = Math.min(LONGEST_WAIT, secondsToWait(answer) ?? FIRST_WAIT * 2 ** (limited - 1));
        say(`the rate limit of ${method} ${path} is reached: waiting ${seconds} s`);
        await wait(seconds);
        attempt--;
        continue;
      }
      const mayRetry = answer instanceof ApiError ? answer.mayRetry : answer.status >= 500;
      if (mayRetry && attempt < attempts) {
        const asked = answer instanceof ApiError ? undefined : secondsToWait(answer);
        const seconds = Math.min(LONGEST_WAIT, asked ?? FIRST_WAIT * 2 ** (attempt - 1));
        say(`${method} ${path}: ${answer instanceof ApiError ? answer.message : answer.status}: again in ${seconds} s`);
        await wait(seconds);
        continue;
      }
      if (answer instanceof ApiError) throw answer;
      throw new ApiError(hide(`${method} ${path}: ${answer.status} ${problemOf(answer)}`.slice(0, 2 * SHOWN)), status);
    }
  }

  async #send(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body: unknown): Promise<HttpResponse | ApiError> {
    const { http, hide } = this.#parts;
    try {
      return await http.request({
        url,
        method,
        more: true,
        ...body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } },
      });
    } catch (error) {
      if (error instanceof HttpError) {
        const mayRetry = error.code !== "tls" && error.code !== "config";
        return new ApiError(
          hide(`${error.message}${error.hint === undefined ? "" : `: ${error.hint}`}`),
          undefined,
          mayRetry,
        );
      }
      throw error;
    }
  }
}

function parsed(answer: HttpResponse, path: string, hide: (text: string) => string): unknown {
  const text = answer.text();
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(hide(`${path}: the answer is no JSON: ${JSON.stringify(text.slice(0, SHOWN))}`), answer.status);
  }
}

/** `X-RateLimit-Reset` or `Retry-After`, in seconds. */
function secondsToWait({ headers }: HttpResponse): number | undefined {
  const text = headers["x-ratelimit-reset"] ?? headers["retry-after"];
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** `{"errors": ["…"]}`, or objects with title and detail, or a message. */
function problemOf(answer: HttpResponse): string {
  try {
    const value: unknown = JSON.parse(answer.text());
    if (typeof value === "object" && value !== null) {
      const { errors, message } = value as { errors?: unknown; message?: unknown };
      if (Array.isArray(errors)) {
        return errors.map((one) => typeof one === "string" ? one : JSON.stringify(one)).join("; ");
      }
      if (typeof message === "string") return message;
    }
  } catch {
    // What is no JSON is shown as it is.
  }
  return JSON.stringify(answer.text().slice(0, SHOWN));
}
