import type { HttpClient } from "../../http/mod.ts";
import { fetchOk, readJson, readLenient, resource, TargetError, toReportError } from "../../torchserve/mod.ts";
import { type ListedModel, modelPageSchema } from "./schemas.ts";
import type { ReportError } from "../../report/report.ts";

/** Models as the list names them, over all pages. */
export interface ModelList {
  readonly models: ListedModel[];
  /** Why the list has an end that the server did not mean; absent for a full list. */
  readonly cut?: ReportError;
}

/** The server clamps larger limits to this. */
const PAGE_SIZE = 100;
/** A server that goes on longer than this is not listing models. */
const MAX_PAGES = 1_000;
/** The server's tokens are numbers; a longer text is none of its, in characters. */
const MAX_TOKEN = 1_000;

/**
 * Asks for all pages of `GET models`. The answer's field is `nextPageToken`, the request's parameter
 * `next_page_token`; the end is a page without token or without models, or a token that does not advance.
 *
 * @param onPage told the models of each page when it comes
 * @throws {TargetError} when the first page cannot be used
 * @throws {HttpError} when it does not come
 */
export async function fetchModelList(
  http: HttpClient,
  baseUrl: string,
  onPage: (models: readonly ListedModel[]) => void = () => {},
): Promise<ModelList> {
  const url = resource(baseUrl, "models");
  const models: ListedModel[] = [];
  let token: string | undefined;
  const seen = new Set<string>();
  let odd: ReportError | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (token !== undefined) query.set("next_page_token", token);
    let answer;
    try {
      answer = await fetchPage(http, `${url}?${query}`, (issue) => {
        odd ??= { code: "parse", message: `page ${page} of the model list: in its JSON, ${issue}` };
      });
    } catch (thrown) {
      if (page === 1) throw thrown;
      const { code, message, hint } = toReportError(thrown);
      return cut(models, { code, message: `page ${page} of the model list: ${message}`, ...(hint ? { hint } : {}) });
    }
    for (const model of answer.models) models.push(model);
    onPage(answer.models);
    const next = answer.nextPageToken === undefined || answer.nextPageToken === null
      ? undefined
      : String(answer.nextPageToken);
    if (next === undefined || answer.models.length === 0) return odd === undefined ? { models } : cut(models, odd);
    if (next.length > MAX_TOKEN) {
      return cut(models, {
        code: "limit",
        message: `page ${page} of the model list: its page token has ${next.length} characters, limit ${MAX_TOKEN}`,
      });
    }
    if (!advances(token, next) || seen.has(next)) {
      return cut(models, {
        code: "http",
        message: `page ${page} of the model list: the page token ${next} does not advance, so the list ends here`,
      });
    }
    seen.add(next);
    token = next;
  }
  return cut(models, { code: "limit", message: `the model list: limit ${MAX_PAGES} pages, seen more` });
}

/** The server's tokens are positions in the list; others are taken as advancing when they are new. */
function advances(token: string | undefined, next: string): boolean {
  const from = token === undefined ? 0 : Number(token);
  const to = Number(next);
  return Number.isFinite(from) && Number.isFinite(to) ? to > from : next !== token;
}

/** @param onIssue told what is wrong in a page that can be used all the same */
async function fetchPage(http: HttpClient, url: string, onIssue: (issue: string) => void) {
  const response = await fetchOk(http, { url, more: true });
  const issues: string[] = [];
  const value = readJson(response.text());
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
  issues.forEach(onIssue);
  return page;
}

function cut(models: ListedModel[], error: ReportError): ModelList {
  return { models, cut: error };
}
