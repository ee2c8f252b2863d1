import * as v from "valibot";
import {
  choice,
  fields,
  integer,
  isMapping,
  list,
  mapping,
  nonEmptyText,
  nothing,
  numberAbove,
  numberFrom,
  oneOf,
  patterns,
  seconds,
  special,
  text,
  textOrNumber,
  texts,
  wholeNumber,
  wholeNumberFrom,
} from "./schemas.ts";

/** `proxy`. */
export function proxy() {
  const [one, several] = [text(), texts()];
  const noProxy = choice([one, several], (value) => typeof value === "string" ? one : several);
  return fields(
    { http: v.optional(nonEmptyText()), https: v.optional(nonEmptyText()), no_proxy: v.optional(noProxy) },
    "a mapping with http, https and no_proxy",
  );
}

const NO_KERBEROS =
  "Kerberos needs the system's Kerberos library, which this program cannot load; use another auth_type, " +
  "or put a proxy that does Kerberos in front of the server";

/** `auth_type`. */
export function authTypes() {
  const words = ["basic", "digest", "ntlm", "aws"] as const;
  const expected = `one of ${words.join(", ")}`;
  const isOther = (word: string) => word.trim().toLowerCase() !== "kerberos";
  return v.pipe(special(expected), v.check(isOther, `${expected}: ${NO_KERBEROS}`), oneOf(words));
}

/** `kerberos_auth`: how the server proves its identity; only `disabled` is possible here. */
export function kerberosAuth() {
  const words = ["required", "optional", "disabled"] as const;
  const expected = `one of ${words.join(", ")}`;
  return v.pipe(
    v.union([v.boolean(), v.string()], expected),
    v.transform((value) => value === true ? "required" : value),
    v.picklist(words, expected),
    v.picklist(["disabled"], `disabled: ${NO_KERBEROS}`),
  );
}

/** `tls_ciphers`: a list, or OpenSSL's form with colons. */
export function cipherSuites() {
  const expected = "a list of cipher suites";
  return v.pipe(
    v.union([v.string(), v.array(v.string())], expected),
    v.transform((value) => typeof value === "string" ? value.split(":") : value),
    v.array(nonEmptyText(), expected),
  );
}

/** `exclude_metrics_by_labels`. */
export function excludedLabels() {
  const [all, some] = [v.literal(true), patterns()];
  const values = choice([all, some], (value) => {
    if (value === true) return all;
    return Array.isArray(value) ? some : nothing("true, or a list of regular expressions");
  });
  return mapping(values, "a mapping of label names to true or to a list of regular expressions");
}

/** `share_labels`. */
export function sharedLabels() {
  const all = v.literal(true);
  const some = fields({
    labels: v.optional(texts()),
    match: v.optional(texts()),
    values: v.optional(list(integer(), "a list of whole numbers")),
  });
  const sharing = choice([all, some], (value) => {
    if (value === true) return all;
    return isMapping(value) ? some : nothing("true, or a mapping with labels, match or values");
  });
  return mapping(sharing, "a mapping of metric names to true or to labels, match and values");
}

/** What an endpoint has to be, for messages. */
export const HTTP_URL = "the address of a server, starting with http:// or https://";

/** What `metrics_log` has to be, for messages. */
export const LOG_PATH = "a directory, or a mapping with ts_metrics and model_metrics";
const TWO_LOGS = "two files, or only one of ts_metrics and model_metrics: from one file, each line would count twice";

/** The address of an endpoint; `endpoint.ts` looks at it more closely. */
export const address = () => v.pipe(special(HTTP_URL), v.string(HTTP_URL), v.nonEmpty(HTTP_URL));

/**
 * `metrics_log`: a directory, or a mapping with it or the two files, where to start, and how long the logs may be
 * silent. The validated value is always a mapping.
 */
export function metricsLog() {
  const path = () => v.optional(nonEmptyText());
  const hasPath = ({ directory, ts_metrics, model_metrics }: Record<string, unknown>) =>
    (directory ?? ts_metrics ?? model_metrics) !== undefined;
  const paths = v.pipe(
    mapping(v.unknown(), LOG_PATH),
    v.check(hasPath, LOG_PATH),
    v.check(({ ts_metrics, model_metrics }) => ts_metrics === undefined || ts_metrics !== model_metrics, TWO_LOGS),
    fields({
      directory: path(),
      ts_metrics: path(),
      model_metrics: path(),
      start: v.optional(oneOf(["end", "beginning"]), "end"),
      max_silence: v.optional(seconds(), 300),
      metrics_config: path(),
    }, LOG_PATH),
  );
  const directory = v.pipe(nonEmptyText(), v.transform((directory) => v.parse(paths, { directory })));
  return choice([directory, paths], (value) => {
    if (typeof value === "string") return directory;
    return isMapping(value) ? paths : nothing(LOG_PATH);
  });
}

/** `inference_probe`: a request to a model. */
export function probe() {
  return fields({
    model: nonEmptyText(),
    version: v.optional(textOrNumber()),
    body: v.optional(text()),
    body_file: v.optional(nonEmptyText()),
    content_type: v.optional(nonEmptyText()),
    expect_status: v.optional(wholeNumber(100, 599, "an HTTP status from 100 to 599")),
    expect_body: v.optional(nonEmptyText()),
    timeout: v.optional(seconds()),
  }, "a mapping with model and body or body_file");
}

/** `rename_labels`. */
export const renames = () => mapping(nonEmptyText(), "a mapping of label names to new names");
/** `headers` and `extra_headers`. */
export const headers = () => mapping(textOrNumber(), "a mapping of header names to values");
/** A number of things. */
export const count = () => wholeNumberFrom(0, "a whole number of at least 0");
/** A bound in bytes. */
export const byteCount = () => wholeNumberFrom(1024, "a whole number of bytes of at least 1024");
/** Requests at a time. */
export const concurrency = () => wholeNumber(1, 256, "a whole number from 1 to 256");
/** A span of time in seconds that may be 0. */
export const secondsOrNone = () => numberFrom(0, "a number of seconds of at least 0");
/** A size in KiB. */
export const kibibytes = () => numberAbove(0, "a number of KiB above 0");
/** `tls_protocols_allowed`. */
export const tlsVersions = () =>
  list(oneOf(["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]), "a list of TLS versions");
const optionalPatterns = () => v.optional(list(text(), "a list of regular expressions"));
/** `metric_patterns`. Empty entries are passed over, as in the Agent. */
export const includeExclude = () =>
  fields({ include: optionalPatterns(), exclude: optionalPatterns() }, "a mapping with include and exclude");
