/** A member of a list of what a client accepts, with its weight (RFC 9110, 12.4.2). */
interface Range {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly q: number;
}

/** Members of such a list that are read: browsers send ten. */
const MAX_RANGES = 50;

/** The formats that are served, by their media types. The first is for those who do not say. */
const TYPES = [
  { format: "prometheus", type: "text/plain", version: "0.0.4" },
  { format: "openmetrics", type: "application/openmetrics-text", version: "1.0.0" },
] as const;

/**
 * The format that a client likes best (RFC 9110, 12.5.1); Prometheus' text format for any, for none, and where two are
 * liked equally. OpenMetrics is only for those who name it.
 */
export function acceptedFormat(accept: string | null): (typeof TYPES)[number]["format"] {
  const ranges = readRanges(accept ?? "*/*");
  let best: { readonly format: (typeof TYPES)[number]["format"]; readonly q: number } | undefined;
  for (const { format, type, version } of TYPES) {
    const named = ranges.filter(({ value, parameters }) =>
      value === type && (parameters.get("version") ?? version) === version
    );
    const wild = format === "openmetrics" ? [] : ranges.filter(({ value }) => value === "*/*" || value === "text/*");
    const q = Math.max(0, ...(named.length > 0 ? named : wild).map(({ q }) => q));
    if (q > (best?.q ?? 0)) best = { format, q };
  }
  return best?.format ?? TYPES[0].format;
}

/** Whether a client accepts gzip (RFC 9110, 12.5.3). */
export function acceptsGzip(acceptEncoding: string | null): boolean {
  const ranges = readRanges(acceptEncoding ?? "");
  const named = ranges.find(({ value }) => value === "gzip" || value === "x-gzip") ??
    ranges.find(({ value }) => value === "*");
  return (named?.q ?? 0) > 0;
}

function readRanges(field: string): readonly Range[] {
  return field.split(",", MAX_RANGES).map((text) => {
    const [value = "", ...rest] = text.split(";").map((part) => part.trim().toLowerCase());
    const parameters = new Map(rest.map((part) => {
      const [name = "", ...value] = part.split("=");
      return [name.trim(), value.join("=").trim().replace(/^"(.*)"$/, "$1")] as const;
    }));
    const q = Number(parameters.get("q") ?? 1);
    return { value, parameters, q: q >= 0 && q <= 1 ? q : 0 };
  });
}
