import { HttpError } from "../../http/mod.ts";
import type { HttpClient, HttpResponse } from "../../http/mod.ts";
import type { ReportError } from "../../report/report.ts";
import { assertOk, readJson, readLenient, resource, TargetError, toReportError } from "../../torchserve/mod.ts";
import { type ListedModel, type ModelVersion, modelVersionsSchema } from "./schemas.ts";

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

/** Describes models; see {@linkcode modelDescriber}. */
export type DescribeModel = (model: ListedModel, more: boolean) => Promise<ModelDescription | Undescribed>;

/**
 * Asks for all versions of models, `GET models/{name}/all`. Failures become values: one model must not lose another.
 *
 * The function that it returns takes the model, and whether other models follow on the same connection.
 */
export function modelDescriber(http: HttpClient, baseUrl: string): DescribeModel {
  const models = `${resource(baseUrl, "models")}/`;
  return async (model, more) => {
    const issues: string[] = [];
    try {
      const url = models + pathSegment(model.modelName);
      const versions = readVersions(await http.request({ url: `${url}/all`, more }), issues);
      // Where several versions have the list's file, the model's own resource tells which one is the default.
      const isDefault = sameFiles(versions, model) <= 1
        ? (version: ModelVersion) => version.modelUrl === model.modelUrl
        : await servedVersion(http, url, model, issues);
      return { model, versions, isDefault, issues };
    } catch (thrown) {
      return { model, error: explain(model.modelName, toReportError(thrown)) };
    }
  };
}

/** A model's name in its URL. `.` and `..` cannot be sent: every URL parser takes them for directories. */
function pathSegment(name: string): string {
  if (name === "." || name === "..") {
    throw new TargetError("http", "its name cannot be part of a URL", "register it under another name");
  }
  const segment = encodeURIComponent(name);
  // With token authorization on, TorchServe takes every path that holds `/token` for its token API, unless it is encoded.
  return segment.startsWith("token") ? `%74${segment.slice(1)}` : segment;
}

function readVersions(response: HttpResponse, issues: string[]): ModelVersion[] {
  assertOk(response);
  const value = readJson(response.text());
  if (value === undefined) throw new TargetError("parse", `${response.url} answered something that is not JSON`);
  let last = "";
  const versions = readLenient(modelVersionsSchema, value, (issue) => issues.push(last = issue));
  if (versions === undefined) {
    throw new TargetError("parse", `${response.url} answered no list of model versions: ${last}`);
  }
  return versions;
}

/** How many versions have the file that the list names; the default one does. */
function sameFiles(versions: readonly ModelVersion[], { modelUrl }: ListedModel): number {
  let count = 0;
  for (const version of versions) if (version.modelUrl === modelUrl) count++;
  return count;
}

/** Which version the model's own resource describes. */
async function servedVersion(
  http: HttpClient,
  url: string,
  model: ListedModel,
  issues: string[],
): Promise<(version: ModelVersion) => boolean> {
  try {
    const [served] = readVersions(await http.request({ url }), issues);
    if (served !== undefined) return ({ modelVersion }) => modelVersion === served.modelVersion;
    issues.push("its default version is not told: the file decides");
  } catch (thrown) {
    if (!(thrown instanceof TargetError || thrown instanceof HttpError)) throw thrown;
    issues.push(`its default version is not told, the file decides: ${thrown.message}`);
  }
  return ({ modelUrl }) => modelUrl === model.modelUrl;
}

/** Adds what is known of names that TorchServe itself cannot serve. */
function explain(name: string, error: ReportError): ReportError {
  if (error.code === "http" && name.includes("/")) {
    return { ...error, hint: "TorchServe describes no model whose name has a `/`: register it under another name" };
  }
  return error;
}
