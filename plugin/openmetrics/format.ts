import type { TextFormat } from "./types.ts";

/**
 * The format that a response's `Content-Type` announces. Only the media type counts, without regard to case;
 * parameters such as `version` and `charset` are ignored. Everything but `application/openmetrics-text`
 * (OpenMetrics 1.0, "Overall Structure") is Prometheus' text format, also no content type at all.
 *
 * @param contentType the header's value, if any
 * @param useLatestSpec read the text as OpenMetrics whatever the server says
 */
export function formatOf(contentType: string | undefined, useLatestSpec: boolean): TextFormat {
  if (useLatestSpec) return "openmetrics";
  const mediaType = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return mediaType === "application/openmetrics-text" ? "openmetrics" : "prometheus";
}
