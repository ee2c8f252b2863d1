import { type HttpClient, HttpError } from "../../http/mod.ts";
import type { ReportError } from "../../report/mod.ts";
import { clip, oneLine } from "../../text/mod.ts";
import { fetchOk, readJson, readLenient, resource, TargetError, toReportError } from "../../torchserve/mod.ts";
import {
  assertReadable,
  MAX_LIST_CHARACTERS,
  MAX_MODELS,
  MAX_NAME,
  MAX_PAGE_BYTES,
  MAX_PAGE_MODELS,
} from "./limits.ts";
import { type ListedModel, type ModelPage, modelPageSchema } from "./schemas.ts";

/** Models as the list names them, over all pages. */
export interface ModelList {
  readonly models: ListedModel[];
  /** Why the list has an end that the server did not mean, or gaps; absent for a full list. */
  readonly cut?: ReportError;
}

/** The server clamps larger limits to this. */
const PAGE_SIZE = 100;
/** A server that goes on longer than this is not listing models. */
const MAX_PAGES = 1_000;
/** The server's tokens are numbers; a longer text is none of its, in characters. */
const MAX_TOKEN = 1_000;

/**
 * Asks for all pages of `GET models`. The field of a page is `nextPageToken`, the parameter of a request
 * `next_page_token`; the end is a page without token or without models, or a token that does not advance.
 *
 * @param maxResponseBytes of the instance; a page may have less
 * @param onPage told the models of each page when it comes
 * @throws {TargetError} when the first page cannot be used
 * @throws {HttpError} when it does not come
 */
export async function fetchModelList(
  http: HttpClient,
  baseUrl: string,
  maxResponseBytes: number,
  onPage: (models: readonly ListedModel[]) => void,
): Promise<ModelList> {
  const url = resource(baseUrl, "models");
  const list = new ListBuilder();
  let token: string | undefined;
  const seen = new Set<string>();
  for (let number = 1; number <= MAX_PAGES; number++) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (token !== undefined) query.set("next_page_token", token);
    const cut = (code: ReportError["code"], message: string) =>
      list.end({ code, message: `${pageName(number)}: ${message}` });
    let page: ModelPage;
    try {
      page = await fetchPage(
        http,
        `${url}?${query}`,
        maxResponseBytes,
        (code, issue) => list.note(code, `${pageName(number)}: ${issue}`),
      );
    } catch (thrown) {
      if (number === 1) throw thrown;
      const { code, message, hint } = toReportError(thrown);
      return list.end({ code, message: `${pageName(number)}: ${message}`, ...(hint ? { hint } : {}) });
    }
    onPage(list.add(page.models));
    const next = page.nextPageToken === undefined || page.nextPageToken === null
      ? undefined
      : String(page.nextPageToken);
    if (next === undefined || page.models.length === 0) return list.end();
    if (next.length > MAX_TOKEN) {
      return cut("limit", `its page token has ${next.length} characters, limit ${MAX_TOKEN}`);
    }
    if (!advances(token, next) || seen.has(next)) {
      return cut("http", `the page token ${oneLine(clip(next, 100))} does not advance, so the list ends here`);
    }
    if (list.isFull) return list.end();
    seen.add(next);
    token = next;
  }
  return list.end({ code: "limit", message: `the model list: limit ${MAX_PAGES} pages, seen more` });
}

const pageName = (number: number) => `page ${number} of the model list`;

/** Takes pages together, as long as there is room. */
class ListBuilder {
  readonly #models: ListedModel[] = [];
  #characters = 0;
  #seen = 0;
  #note: ReportError | undefined;

  /** Whether it has taken all that it can. */
  get isFull(): boolean {
    return this.#models.length >= MAX_MODELS || this.#characters >= MAX_LIST_CHARACTERS;
  }

  /** Takes the models of a page; returns those that it took. */
  add(models: readonly ListedModel[]): readonly ListedModel[] {
    const taken: ListedModel[] = [];
    for (const { modelName, modelUrl } of models) {
      this.#seen++;
      if (this.isFull) continue;
      if (modelName.length > MAX_NAME) {
        this.note("limit", `models: a name has ${modelName.length} characters, limit ${MAX_NAME}; it is left out`);
        continue;
      }
      // A copy: the texts of a page that is much larger than its models are not kept.
      const model = { modelName, modelUrl };
      this.#characters += modelName.length + (modelUrl?.length ?? 0);
      this.#models.push(model);
      taken.push(model);
    }
    return taken;
  }

  /** Remembers the first thing that makes the list less than full. */
  note(code: ReportError["code"], message: string): void {
    this.#note ??= { code, message };
  }

  end(error?: ReportError): ModelList {
    const models = this.#models;
    if (this.isFull && this.#seen > models.length) {
      this.note(
        "limit",
        `the model list: limit ${MAX_MODELS} models or ${MAX_LIST_CHARACTERS} characters, seen at least ${this.#seen}, ` +
          `dropped ${this.#seen - models.length}`,
      );
    }
    const cut = error ?? this.#note ?? (this.isFull ? FULL : undefined);
    return cut === undefined ? { models } : { models, cut };
  }
}

const FULL: ReportError = { code: "limit", message: `the model list: limit ${MAX_MODELS} models, seen perhaps more` };

/** The server's tokens are positions in the list; others are taken as advancing when they are new. */
function advances(token: string | undefined, next: string): boolean {
  const from = token === undefined ? 0 : Number(token);
  const to = Number(next);
  return Number.isFinite(from) && Number.isFinite(to) ? to > from : next !== token;
}

function pageTooLarge(): TargetError {
  return new TargetError(
    "limit",
    `a page of the model list is larger than is read: limit ${MAX_PAGE_BYTES} bytes, seen more`,
    "check that what answers there is TorchServe's management API: it lists 100 models on a page",
    { reason: "too_large" },
  );
}

/** @param onIssue told what is wrong in a page that can be used all the same */
async function fetchPage(
  http: HttpClient,
  url: string,
  maxResponseBytes: number,
  onIssue: (code: ReportError["code"], issue: string) => void,
): Promise<ModelPage> {
  const response = await fetchOk(http, { url, more: true, maxBytes: MAX_PAGE_BYTES }).catch((thrown) => {
    const isOwnBound = thrown instanceof HttpError && thrown.failure === "too_large" &&
      MAX_PAGE_BYTES < maxResponseBytes;
    throw isOwnBound ? pageTooLarge() : thrown;
  });
  assertReadable(response);
  const issues: string[] = [];
  const value = readJson(response.text());
  const dropped = shorten(value);
  const page = value === undefined ? undefined : readLenient(modelPageSchema, value, (issue) => issues.push(issue));
  if (page === undefined) {
    const last = issues.at(-1);
    const reason = last === undefined ? "it is not JSON" : `in its JSON, ${last}`;
    throw new TargetError(
      "parse",
      `${response.url} answered something that is no model list: ${reason}`,
      undefined,
      { reason: "unexpected_body", response },
    );
  }
  if (dropped > 0) {
    onIssue("limit", `models: limit ${MAX_PAGE_MODELS}, seen ${MAX_PAGE_MODELS + dropped}, dropped ${dropped}`);
  }
  for (const issue of issues) onIssue("parse", `in its JSON, ${issue}`);
  return page;
}

/** Cuts the models of a page whose size no server means; returns how many were left out. */
function shorten(page: unknown): number {
  if (typeof page !== "object" || page === null || !("models" in page) || !Array.isArray(page.models)) return 0;
  const dropped = page.models.length - MAX_PAGE_MODELS;
  if (dropped > 0) page.models.length = MAX_PAGE_MODELS;
  return Math.max(0, dropped);
}
