import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { readDocument } from "../config/mod.ts";
import type { ServerTls } from "../runtime/bounded_server.ts";
import { readOwnFile } from "./own_file.ts";
import { serverTls } from "./server_tls.ts";
import { Users } from "./users.ts";
import { webSchema, type WrittenWebConfig } from "./web_schema.ts";

/** The file is exporter-toolkit's, which knows no template variables. */
const NO_VARIABLES = { isSecret: true, templates: { environment: {} } } as const;

/** A web configuration that cannot be used; the message names the file, the place and what is expected, and no secret. */
export class WebConfigError extends Error {
  override readonly name = "WebConfigError";
}

/** How clients reach the exporter. */
export interface WebConfig {
  readonly tls: ServerTls | undefined;
  readonly users: Users;
  /** Fields of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** What of the file does nothing here, and what follows from it; sentences. */
  readonly notices: readonly string[];
  /** The file and all that it names. */
  readonly files: readonly string[];
  /** Of the contents of those. */
  readonly digest: string;
}

/** That of an exporter without the file: plain HTTP for everybody who can reach it. */
export function openWebConfig(): WebConfig {
  return { tls: undefined, users: new Users(new Map()), headers: {}, notices: [], files: [], digest: "" };
}

/**
 * Reads a web configuration, and the files that it names, which lie relative to it. What is unknown or wrong is an error:
 * nobody should believe in a protection that is misspelt.
 *
 * @throws {WebConfigError}
 */
export async function readWebConfig(path: string): Promise<WebConfig> {
  const files = [path];
  const text = await readOwnFile(path, WebConfigError);
  const hash = createHash("sha256").update(text);
  const { value, issues } = await readDocument(text, path, webSchema, NO_VARIABLES);
  const [issue] = issues;
  if (value === undefined || issue !== undefined) {
    const said = issue === undefined ? "is no web configuration" : `${issue.path}: ${issue.message}`;
    const meant = issue?.suggestion === undefined ? "" : ` Did you mean ${issue.suggestion}?`;
    throw new WebConfigError(said.startsWith(path) ? `${said}${meant}` : `${path}: ${said}${meant}`);
  }
  const { tls_server_config: tls, http_server_config: http, basic_auth_users: users = {} } = value;
  const material = async (inline: string | undefined, file: string | undefined, name: string) => {
    if (inline !== undefined && file !== undefined) {
      throw new WebConfigError(`${path}: tls_server_config has ${name} and ${name}_file; expected one of them.`);
    }
    if (file === undefined) return inline;
    files.push(resolve(dirname(path), file));
    const found = await readOwnFile(resolve(dirname(path), file), WebConfigError);
    hash.update(`\0${found}`);
    return found;
  };
  const settings = tls === undefined ? undefined : serverTls(tls, {
    cert: await material(tls.cert, tls.cert_file, "cert"),
    key: await material(tls.key, tls.key_file, "key"),
    ca: await material(tls.client_ca, tls.client_ca_file, "client_ca"),
  });
  if (typeof settings === "string") throw new WebConfigError(`${path}: tls_server_config: ${settings}`);
  return {
    tls: settings,
    users: new Users(new Map(Object.entries(users))),
    headers: Object.fromEntries(
      Object.entries(http?.headers ?? {}).flatMap(([name, text]) => text ? [[name, text]] : []),
    ),
    notices: noticesOf(value),
    files,
    digest: hash.digest("hex"),
  };
}

/** What is read and does nothing. */
function noticesOf({ tls_server_config: tls, http_server_config: http, rate_limit: rate, ...rest }: WrittenWebConfig) {
  const ignored = [
    ...(["cipher_suites", "curve_preferences", "prefer_server_cipher_suites"] as const)
      .filter((name) => tls?.[name] !== undefined).map((name) => `tls_server_config.${name}`),
    ...(http?.http2 === undefined ? [] : ["http_server_config.http2 (HTTP/1.1 is spoken)"]),
    ...(rate === undefined ? [] : ["rate_limit (limits.probes bounds what runs at a time)"]),
  ];
  const notices = ignored.map((name) => `the web configuration's ${name} has no effect here`);
  if ([tls?.min_version, tls?.max_version].some((version) => version === "TLS10" || version === "TLS11")) {
    notices.push("TLS before 1.2 is not spoken, whatever the web configuration says");
  }
  if (tls === undefined && Object.keys(rest.basic_auth_users ?? {}).length > 0) {
    notices.push("passwords go over the network unencrypted: the web configuration has users and no tls_server_config");
  }
  return notices;
}
