import { HttpError } from "../../plugin/http/mod.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../plugin/http/mod.ts";

/** An answer with more than a body. */
export interface Page {
  readonly status: number;
  readonly body?: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a fake target answers: a body, a status, or a failure. */
export type Answer = string | object | Page | HttpError;

/** An HTTP client that answers from a table of paths with their queries; anything else is a 404. */
export class FakeHttp implements HttpClient {
  readonly asked: string[] = [];
  /** Those that no other request follows. */
  readonly last: string[] = [];
  /** Most requests under way at once. */
  mostAtOnce = 0;
  #atOnce = 0;

  constructor(readonly answers: Readonly<Record<string, Answer>>) {}

  get stats() {
    return { requests: this.asked.length, bytes: 0 };
  }

  async request({ url, more = false }: HttpRequest): Promise<HttpResponse> {
    const { pathname, search } = new URL(url);
    const path = `${pathname}${search}`;
    this.asked.push(path);
    if (!more) this.last.push(path);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
    await Promise.resolve();
    await Promise.resolve();
    this.#atOnce--;
    const answer = this.answers[path] ?? { status: 404, body: notFound(path) };
    if (answer instanceof HttpError) throw answer;
    if (isPage(answer)) return respond(url, answer.status, answer.body ?? "", answer.headers);
    return respond(url, 200, typeof answer === "string" ? answer : JSON.stringify(answer));
  }

  close(): void {}
}

const notFound = (path: string) =>
  JSON.stringify({ code: 404, type: "ModelNotFoundException", message: `Model not found: ${path}` });

function isPage(answer: Answer): answer is Page {
  return typeof answer === "object" && "status" in answer && typeof answer.status === "number";
}

function respond(url: string, status: number, body: string, headers: Page["headers"] = {}): HttpResponse {
  const bytes = new TextEncoder().encode(body);
  return { status, statusText: "", headers, url, body: bytes, text: () => body };
}
