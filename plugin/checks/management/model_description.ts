import { HttpError } from "../../http/mod.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../http/mod.ts";
import type { Code, ReportError } from "../../report/mod.ts";
import {
  assertOk,
  fetchOk,
  readJson,
  readLenient,
  resource,
  TargetError,
  type TargetReason,
  toReportError,
} from "../../torchserve/mod.ts";
import { assertReadable, descriptionBytes, DescriptionLimits } from "./limits.ts";
import { type ListedModel, type ModelVersion, modelVersionsSchema } from "./schemas.ts";

/** All that the management API tells of one model. */
export interface ModelDescription {
  readonly model: ListedModel;
  readonly versions: readonly ModelVersion[];
  /** Whether these are all of its versions, or only the default one. */
  readonly isWhole: boolean;
  /** Which of the versions is served when a request names none. */
  readonly isDefault: (version: ModelVersion) => boolean;
  /** What was odd in the response, or left out of it. */
  readonly issues: readonly Issue[];
}

/** Something that is missing of a description. */
export interface Issue {
  readonly code: Code;
  readonly message: string;
}

/** A model that could not be described, and why. */
export interface Undescribed {
  readonly model: ListedModel;
  readonly error: ReportError;
  readonly reason: TargetReason;
}

/** Describes a model; `more` says that others follow on the same connection. */
export type DescribeModel = (model: ListedModel, more: boolean) => Promise<ModelDescription | Undescribed>;

/** The options that bound a description. */
export interface DescriberOptions {
  readonly max_concurrency: number;
  readonly max_response_bytes: number;
  /** Whether the server is known to have no `/all`: it is not asked for it, since it counts what it does not have. */
  readonly describesDefaultsOnly?: boolean;
}

/** Most issues of one description that are told. */
const MAX_ISSUES = 20;

/**
 * Describes the models of one run: asks for all versions of each, `GET models/{name}/all`. Failures become values: one
 * model must not lose another.
 */
export class ModelDescriber {
  readonly #http: HttpClient;
  readonly #models: string;
  /** Where that is less than `max_response_bytes`. */
  readonly #maxBytes: number | undefined;
  readonly #limits = new DescriptionLimits();
  /** The server has no `/all`: where inference and management have one address, the inference API takes its path. */
  #describesDefaultsOnly: boolean;

  /** @param options the bounds of the instance */
  constructor(http: HttpClient, baseUrl: string, options: DescriberOptions) {
    const { max_concurrency, max_response_bytes, describesDefaultsOnly = false } = options;
    this.#http = http;
    this.#describesDefaultsOnly = describesDefaultsOnly;
    this.#models = `${resource(baseUrl, "models")}/`;
    const ownBytes = descriptionBytes(max_concurrency);
    this.#maxBytes = ownBytes < max_response_bytes ? ownBytes : undefined;
  }

  /** Whether the server gives only the default version of each model. */
  get describesDefaultsOnly(): boolean {
    return this.#describesDefaultsOnly;
  }

  readonly describe: DescribeModel = async (model, more) => {
    const issues: Issue[] = [];
    const url = this.#models + pathSegment(model.modelName);
    try {
      assertName(model.modelName);
      if (this.#describesDefaultsOnly) return await this.#defaultVersion(model, url, more, issues);
      let all: ModelVersion[];
      try {
        const response = await this.#http.request(this.#request(`${url}/all`, more));
        assertOk(response);
        all = this.#read(response, issues);
      } catch (thrown) {
        if (!hasNoSuchPath(thrown) || model.modelName.includes("/")) throw thrown;
        return await this.#defaultVersion(model, url, more, issues).catch((second) => {
          throw hasNoSuchPath(second) ? thrown : second;
        });
      }
      // Where several versions have the list's file, the model's own resource tells which one is the default.
      const isDefault = sameFiles(all, model) <= 1
        ? (version: ModelVersion) => version.modelUrl === model.modelUrl
        : await this.#served(url, model, issues);
      return { model, versions: all, isWhole: true, isDefault, issues };
    } catch (thrown) {
      return { model, ...explain(model.modelName, thrown, this.#maxBytes) };
    }
  };

  async #defaultVersion(
    model: ListedModel,
    url: string,
    more: boolean,
    issues: Issue[],
  ): Promise<ModelDescription> {
    const versions = this.#read(await fetchOk(this.#http, this.#request(url, more)), issues);
    this.#describesDefaultsOnly = true;
    return { model, versions: versions.slice(0, 1), isWhole: false, isDefault: () => true, issues };
  }

  /** Which version the model's own resource describes. */
  async #served(url: string, model: ListedModel, issues: Issue[]): Promise<(version: ModelVersion) => boolean> {
    try {
      const response = await this.#http.request(this.#request(url, false));
      assertOk(response);
      const [served] = this.#read(response, issues);
      if (served !== undefined) return ({ modelVersion }) => modelVersion === served.modelVersion;
      issues.push({ code: "parse", message: "its default version is not told: the file decides" });
    } catch (thrown) {
      if (!(thrown instanceof TargetError || thrown instanceof HttpError)) throw thrown;
      issues.push({
        code: "parse",
        message: `its default version is not told, the file decides: ${thrown.message}`,
      });
    }
    return ({ modelUrl }) => modelUrl === model.modelUrl;
  }

  #request(url: string, more: boolean): HttpRequest {
    return this.#maxBytes === undefined ? { url, more } : { url, more, maxBytes: this.#maxBytes };
  }

  #read(response: HttpResponse, issues: Issue[]): ModelVersion[] {
    assertReadable(response);
    const asCame = this.#limits.hold(response);
    const value = readJson(response.text());
    if (value === undefined) throw unexpected(response, `${response.url} answered something that is not JSON`);
    for (const message of this.#limits.cut(value)) issues.push({ code: "limit", message });
    let last = "";
    let more = 0;
    const versions = readLenient(modelVersionsSchema, value, (message) => {
      last = message;
      if (issues.length < MAX_ISSUES) issues.push({ code: "parse", message });
      else more++;
    }, !asCame);
    if (versions === undefined) {
      throw unexpected(response, `${response.url} answered no list of model versions: ${last}`);
    }
    if (more > 0) issues.push({ code: "parse", message: `${more} more flaws of its description are not shown` });
    return versions;
  }
}

/** Whether a server knows no such path at all; a name with a slash has none wherever it is asked for. */
function hasNoSuchPath(thrown: unknown): boolean {
  return thrown instanceof TargetError && thrown.reason === "no_such_resource" && thrown.response?.status === 404;
}

function unexpected(response: HttpResponse, message: string): TargetError {
  return new TargetError("parse", message, undefined, { reason: "unexpected_body", response });
}

/** `.` and `..` cannot be sent: every URL parser takes them for directories. */
function assertName(name: string): void {
  if (name !== "." && name !== "..") return;
  throw new TargetError("http", "its name cannot be part of a URL", "register it under another name");
}

/** A model's name in its URL. */
function pathSegment(name: string): string {
  const segment = encodeURIComponent(name.toWellFormed());
  // With token authorization on, TorchServe takes every path that holds `/token` for its token API, unless it is encoded.
  return segment.startsWith("token") ? `%74${segment.slice(1)}` : segment;
}

/** How many versions have the file that the list names; the default one does. */
function sameFiles(versions: readonly ModelVersion[], { modelUrl }: ListedModel): number {
  let count = 0;
  for (const version of versions) if (version.modelUrl === modelUrl) count++;
  return count;
}

/** Adds what is known of names that TorchServe itself cannot serve, and of bounds that are the crawl's own. */
function explain(
  name: string,
  thrown: unknown,
  maxBytes: number | undefined,
): { error: ReportError; reason: TargetReason } {
  const error = toReportError(thrown);
  const reason = thrown instanceof TargetError ? thrown.reason : "other";
  if (thrown instanceof HttpError && thrown.failure === "too_large" && maxBytes !== undefined) {
    const message = `its description is larger than a run reads of one model: limit ${maxBytes} bytes, seen more`;
    return { error: { code: "limit", message }, reason: "too_large" };
  }
  if (error.code === "http" && name.includes("/")) {
    const hint = "TorchServe describes no model whose name has a `/`: register it under another name";
    return { error: { ...error, hint }, reason: "other" };
  }
  return { error, reason };
}
