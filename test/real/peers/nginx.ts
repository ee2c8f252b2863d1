import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import process from "node:process";
import type { Emulator } from "../../../plugin/emulator/mod.ts";
import { tlsPath } from "../../contract/http_servers.ts";
import { freePorts } from "../free_ports.ts";
import { type Daemon, openDirectory, startDaemon } from "./daemon.ts";

/** The names of nginx's servers; each has a port of its own. */
const SERVERS = ["plain", "elsewhere", "tls", "mutual", "tls12", "tls13", "ciphers", "otherName", "sni"] as const;
type ServerName = (typeof SERVERS)[number];

/** One line of nginx's log: the variables of {@linkcode LOGGED}. */
export type Logged = Readonly<Record<(typeof LOGGED)[number], string>>;
const LOGGED = [
  "server_port",
  "uri",
  "status",
  "host",
  "ssl_protocol",
  "ssl_cipher",
  "ssl_client_s_dn",
  "ssl_server_name",
  "connection",
  "http_authorization",
  "http_user_agent",
  "http_accept_encoding",
  "sent_http_content_encoding",
  "http_x_api_key",
] as const;

/** nginx in front of a TorchServe, in every way that options are for. */
export interface Nginx extends Daemon {
  readonly ports: Readonly<Record<ServerName, number>>;
  /** What has been asked since the last call. */
  logged(): Promise<Logged[]>;
}

/** The user whom `/basic/` lets in; the password has a letter that Latin-1 and UTF-8 write differently. */
export const USER = "alice";
export const PASSWORD = "p@wörd";
/** What `/key/` and `/bearer/` want. */
export const API_KEY = "key-of-the-test";

/**
 * Starts nginx. The first part of a path says what it wants; the rest is TorchServe's.
 *
 * @param silentPort of a server that takes connections and never answers
 */
export async function startNginx(parent: string, emulator: Emulator, silentPort: number): Promise<Nginx> {
  const directory = openDirectory(parent, "nginx");
  const numbers = await freePorts(SERVERS.length);
  const ports = Object.fromEntries(SERVERS.map((name, i) => [name, numbers[i] ?? 0])) as Record<ServerName, number>;
  writeFileSync(join(directory, "latin1"), Buffer.from(`${USER}:{PLAIN}${PASSWORD}\n`, "latin1"));
  writeFileSync(join(directory, "utf8"), `${USER}:{PLAIN}${PASSWORD}\n`);
  writeFileSync(join(directory, "large"), "# a comment\n".repeat(100_000));
  writeFileSync(join(directory, "nginx.conf"), configuration(directory, ports, emulator, silentPort));
  const daemon = await startDaemon(directory, [
    "/usr/sbin/nginx",
    "-p",
    directory,
    "-e",
    "error.log",
    "-c",
    "nginx.conf",
  ], numbers);
  const file = join(directory, "access.log");
  let read = 0;
  return {
    ...daemon,
    console: () => daemon.console() + readFileSync(join(directory, "error.log"), "utf8"),
    ports,
    logged: async () => {
      // A line is written when nginx is done with a request, a moment after the client.
      await new Promise((resolve) => setTimeout(resolve, 30));
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      const fresh = text.slice(read);
      read = text.length;
      return fresh.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
    },
  };
}

function configuration(
  directory: string,
  ports: Readonly<Record<ServerName, number>>,
  emulator: Emulator,
  silentPort: number,
): string {
  const at = (url: string) => new URL(url).host;
  const forward = "rewrite ^/[^/]+/(.*)$ /$1 break; proxy_pass http://$torchserve;";
  const secure = (name: ServerName, certificate: string, more = "") => `
    server {
      listen 127.0.0.1:${ports[name]} ssl;
      ssl_certificate ${tlsPath(`${certificate}.crt`)};
      ssl_certificate_key ${tlsPath(`${certificate}.key`)};
      ${more.includes("ssl_protocols") ? "" : "ssl_protocols TLSv1.2 TLSv1.3;"}
      ${more}
      location / { ${forward} }
    }`;
  return `
  ${process.getuid?.() === 0 ? "user root;" : ""}
  daemon off;
  worker_processes 1;
  pid nginx.pid;
  events { worker_connections 512; }
  http {
    ${
    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${directory}/${name};`).join(
      " ",
    )
  }
    log_format asked escape=json '{${LOGGED.map((name) => `"${name}":"$${name}"`).join(",")}}';
    access_log ${directory}/access.log asked;
    limit_conn_zone $server_port zone=one:1m;
    map $uri $torchserve {
      ~ping$ ${at(emulator.inferenceUrl)};
      ~metrics$ ${at(emulator.metricsUrl)};
      default ${at(emulator.managementUrl)};
    }
    server {
      listen 127.0.0.1:${ports.plain};
      location /open/ { ${forward} }
      location /basic/ { auth_basic torchserve; auth_basic_user_file latin1; ${forward} }
      location /basic-utf8/ { auth_basic torchserve; auth_basic_user_file utf8; ${forward} }
      location /gzip/ { gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; gzip_http_version 1.0; ${forward} }
      location /key/ { if ($http_x_api_key != "${API_KEY}") { return 403; } ${forward} }
      location /bearer/ { if ($http_authorization != "Bearer ${API_KEY}") { return 401; } ${forward} }
      location /moved/ { rewrite ^/moved/(.*)$ /open/$1 redirect; }
      location /away/ { rewrite ^/away/(.*)$ http://127.0.0.1:${ports.elsewhere}/open/$1 redirect; }
      location /silent/ { proxy_pass http://127.0.0.1:${silentPort}; }
      location /one/ { limit_conn one 1; limit_conn_status 503; ${forward} }
      location /large/ { default_type text/plain; rewrite ^ /large break; root ${directory}; }
    }
    server { listen 127.0.0.1:${ports.elsewhere}; location / { ${forward} } }
    ${secure("tls", "server")}
    ${secure("mutual", "server", `ssl_client_certificate ${tlsPath("ca.crt")}; ssl_verify_client on;`)}
    ${secure("tls12", "server", "ssl_protocols TLSv1.2;")}
    ${secure("tls13", "server", "ssl_protocols TLSv1.3;")}
    ${secure("ciphers", "server", "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384;")}
    ${secure("otherName", "other")}
    ${secure("sni", "other", "server_name other.test;")}
    ${secure("sni", "server", "server_name sni.test;")}
  }`;
}
