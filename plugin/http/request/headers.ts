import { assertField, HeaderFields } from "../header_fields.ts";
import type { HttpOptions } from "../options.ts";

/**
 * The fields of a request: the defaults, those of the check, the user's.
 *
 * `headers` replaces the defaults, `extra_headers` adds to them; both are stronger than what the check asks for.
 *
 * @throws {HttpError} `config`, for a name or value that no header can have.
 */
export function requestHeaders(
  options: Pick<HttpOptions, "headers" | "extra_headers">,
  defaults: Readonly<Record<string, string>>,
  asked: Readonly<Record<string, string>> = {},
): HeaderFields {
  const own = options.headers !== undefined && Object.keys(options.headers).length > 0 ? options.headers : undefined;
  const fields = new HeaderFields(own === undefined ? defaults : {});
  fields.setAll(asked);
  if (own !== undefined) fields.setAll(own);
  if (options.extra_headers !== undefined) fields.setAll(options.extra_headers);
  for (const [name, value] of Object.entries(fields.toRecord())) assertField(name, value);
  return fields;
}
