import { validateInstance } from "../../plugin/config/mod.ts";
import {
  createHttpClient,
  type HttpClient,
  HttpError,
  type HttpOptions,
  type HttpRun,
  type HttpShared,
} from "../../plugin/http/mod.ts";

/** HTTP options as a person writes them. */
export type WrittenOptions = Readonly<Record<string, unknown>>;

/**
 * HTTP options as validation hands them over.
 *
 * @throws {HttpError} `config`, for options that validation refuses
 */
export async function httpOptions(written: WrittenOptions): Promise<HttpOptions> {
  // The two kinds whose clients know one option more.
  const endpoint = "ignore_connection_errors" in written ? "openmetrics_endpoint" : "management_api_url";
  const result = await validateInstance({ [endpoint]: "http://localhost", ...written }, {});
  if (!result.ok) throw new HttpError("config", result.issues.map(({ message }) => message).join(" "));
  if (result.config.kind === "metrics_log") throw new TypeError("a log speaks no HTTP");
  return result.config.options;
}

/** The client of a run of an instance with these options. */
export async function httpClient(written: WrittenOptions, run: HttpRun, shared?: HttpShared): Promise<HttpClient> {
  return await createHttpClient(await httpOptions(written), run, shared);
}
