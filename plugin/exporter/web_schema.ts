import * as v from "valibot";
import { fields, mapping } from "../config/mod.ts";

const text = () => v.optional(v.pipe(v.string("a string"), v.nonEmpty("a non-empty string")));
const flag = () => v.optional(v.boolean("true or false"));
const texts = () => v.optional(v.array(v.string("a string"), "a list of strings"));
const version = () => v.optional(v.picklist(["TLS10", "TLS11", "TLS12", "TLS13"], "one of TLS10, TLS11, TLS12, TLS13"));

/** Costs of more than this take minutes for each password. */
const MAX_COST = 16;

/** How clients prove who they are, in exporter-toolkit's words. */
export const CLIENT_AUTH_TYPES = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

/** The header fields that a web configuration may set. */
const HEADERS = [
  "Content-Security-Policy",
  "Strict-Transport-Security",
  "X-Content-Type-Options",
  "X-Frame-Options",
  "X-XSS-Protection",
] as const;

const hash = v.pipe(
  v.string("a bcrypt hash"),
  v.regex(
    /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/,
    "a bcrypt hash, as htpasswd -nBC 10 USER prints it",
  ),
  v.check((hash) => Number(hash.slice(4, 6)) <= MAX_COST, `a bcrypt hash with a cost of at most ${MAX_COST}`),
);

/** The web configuration of exporter-toolkit (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md). */
export const webSchema = fields({
  tls_server_config: v.optional(fields({
    cert: text(),
    key: text(),
    client_ca: text(),
    cert_file: text(),
    key_file: text(),
    client_ca_file: text(),
    client_auth_type: v.optional(v.picklist(CLIENT_AUTH_TYPES, `one of ${CLIENT_AUTH_TYPES.join(", ")}`)),
    client_allowed_sans: texts(),
    min_version: version(),
    max_version: version(),
    cipher_suites: texts(),
    curve_preferences: texts(),
    prefer_server_cipher_suites: flag(),
  }, "a mapping")),
  http_server_config: v.optional(fields({
    http2: flag(),
    headers: v.optional(fields(
      Object.fromEntries(HEADERS.map((name) => [name, text()])) as Record<
        typeof HEADERS[number],
        ReturnType<typeof text>
      >,
      "a mapping",
    )),
  }, "a mapping")),
  basic_auth_users: v.optional(mapping(hash, "a mapping of names to bcrypt hashes")),
  rate_limit: v.optional(mapping(v.unknown(), "a mapping")),
}, "a mapping");

/** A web configuration as it is written. */
export type WrittenWebConfig = v.InferOutput<typeof webSchema>;
