import * as v from "valibot";
import type { HttpClient } from "../http/mod.ts";
import { readJson } from "./json.ts";
import { resource } from "./url.ts";

/** The three servers of a TorchServe; one address may hold several. */
export type TorchServeApi = "inference" | "management" | "metrics";

/** What a TorchServe says of itself at an address. */
export interface ApiDescription {
  /** `0.12.0`; `undefined` where it does not tell. */
  readonly version: string | undefined;
  readonly apis: ReadonlySet<TorchServeApi>;
}

/** Whether inference and management have one address: the settings `inference_address` and `management_address` are equal. */
export function sharesAddress(apis: ReadonlySet<TorchServeApi>): boolean {
  return apis.has("inference") && apis.has("management");
}

/** A longer description is not TorchServe's, in bytes; that of 0.12.0 has 40,000. */
const MAX_BYTES = 1024 * 1024;

const descriptionSchema = v.object({
  info: v.object({ title: v.literal("TorchServe APIs"), version: v.optional(v.pipe(v.string(), v.maxLength(100))) }),
  paths: v.custom<object>((paths) => typeof paths === "object" && paths !== null),
});

/** The paths that give the APIs away. Each of the other two lists `/metrics` as well, without having it. */
const PATHS = [["inference", "/ping"], ["management", "/models"]] as const;

/**
 * Asks `OPTIONS /` below an address: each TorchServe server describes itself there, and wants no token for it
 * (https://pytorch.org/serve/rest_api.html).
 *
 * @returns `undefined` where the response is not TorchServe's
 * @throws {HttpError} when there is no complete response
 */
export async function describeApi(http: HttpClient, address: string): Promise<ApiDescription | undefined> {
  const response = await http.request({ url: resource(address, ""), method: "OPTIONS", maxBytes: MAX_BYTES });
  if (response.status !== 200) return undefined;
  const read = v.safeParse(descriptionSchema, readJson(response.text()));
  if (!read.success) return undefined;
  const { info, paths } = read.output;
  const apis = PATHS.filter(([, path]) => Object.hasOwn(paths, path)).map(([api]): TorchServeApi => api);
  if (apis.length === 0 && Object.hasOwn(paths, "/metrics")) apis.push("metrics");
  return { version: info.version, apis: new Set(apis) };
}
