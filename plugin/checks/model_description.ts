import { HttpError } from "../http/errors.ts";
import type { HttpClient } from "../http/types.ts";
import type { ReportError } from "../report/report.ts";
import { fetchOk, TargetError, toReportError } from "./answers.ts";
import { readJson, readLenient } from "./json.ts";
import { type ListedModel, type ModelVersion, modelVersionsSchema } from "./management_answers.ts";
import { resource } from "./url.ts";

/** All that the management API tells of one model. */
export interface ModelDescription {
  readonly model: ListedModel;
  readonly versions: readonly ModelVersion[];
  /** Which of the versions is served when a request names none. */
  readonly isDefault: (version: ModelVersion) => boolean;
  /** What was odd in the answer. */
  readonly issues: readonly string[];
}

/** A model that could not be described, and why. */
export interface Undescribed {
  readonly model: ListedModel;
  readonly error: ReportError;
}

/**
 * Asks for all versions of a model, `GET models/{name}/all`. Failures become values: one model must not lose another.
 *
 * @param more other models follow on the same connection
 */
export async function describeModel(
  http: HttpClient,
  baseUrl: string,
  model: ListedModel,
  more: boolean,
): Promise<ModelDescription | Undescribed> {
  const issues: string[] = [];
  try {
    const url = modelUrl(baseUrl, model.modelName);
    const versions = await fetchVersions(http, `${url}/all`, more, issues);
    const isDefault = await defaultVersion(http, url, model, versions, issues);
    return { model, versions, isDefault, issues };
  } catch (thrown) {
    return { model, error: explain(model.modelName, toReportError(thrown)) };
  }
}

/** The model's resource. `.` and `..` cannot be sent: every URL parser takes them for directories. */
function modelUrl(baseUrl: string, name: string): string {
  if (name === "." || name === "..") {
    throw new TargetError("http", "its name cannot be part of a URL", "register it under another name");
  }
  // With token authorization on, TorchServe takes every path that holds `/token` for its token API, unless it is encoded.
  return resource(baseUrl, `models/${encodeURIComponent(name).replace(/^t(?=oken)/, "%74")}`);
}

async function fetchVersions(http: HttpClient, url: string, more: boolean, issues: string[]): Promise<ModelVersion[]> {
  const response = await fetchOk(http, { url, more });
  const value = readJson(response.text());
  if (value === undefined) throw new TargetError("parse", `${response.url} answered something that is not JSON`);
  let last = "";
  const versions = readLenient(modelVersionsSchema, value, (issue) => issues.push(last = issue));
  if (versions === undefined) {
    throw new TargetError("parse", `${response.url} answered no list of model versions: ${last}`);
  }
  return versions;
}

/**
 * The default version has the list's `modelUrl`. Where several have it (one file registered as two versions), the
 * model's own resource tells.
 */
async function defaultVersion(
  http: HttpClient,
  url: string,
  model: ListedModel,
  versions: readonly ModelVersion[],
  issues: string[],
): Promise<(version: ModelVersion) => boolean> {
  const sameFile = (version: ModelVersion) => version.modelUrl === model.modelUrl;
  if (versions.filter(sameFile).length <= 1) return sameFile;
  try {
    const [served] = await fetchVersions(http, url, false, issues);
    if (served !== undefined) return ({ modelVersion }) => modelVersion === served.modelVersion;
    issues.push("its default version is not told: the file decides");
  } catch (thrown) {
    if (!(thrown instanceof TargetError || thrown instanceof HttpError)) throw thrown;
    issues.push(`its default version is not told, the file decides: ${thrown.message}`);
  }
  return sameFile;
}

/** Adds what is known of names that TorchServe itself cannot serve. */
function explain(name: string, error: ReportError): ReportError {
  if (error.code === "http" && name.includes("/")) {
    return { ...error, hint: "TorchServe describes no model whose name has a `/`: register it under another name" };
  }
  return error;
}
