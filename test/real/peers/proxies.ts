import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tlsPath } from "../../contract/http_servers.ts";
import { run } from "../command.ts";
import { freePorts } from "../free_ports.ts";
import { type Daemon, openDirectory, startDaemon } from "./daemon.ts";

/** A proxy, open on one port and with credentials on another. */
export interface Proxy extends Daemon {
  readonly open: number;
  readonly closed: number;
  /** User info for the closed port. */
  readonly credentials: string;
  /** Speaks TLS with its clients, where it can. */
  readonly secure?: number;
  /** What it has written of its connections since the last call. */
  logged(): Promise<string>;
}

/** Whom the closed ports let in. */
const USER = "proxy-user";
/** Letters that a URL has to encode. */
const PASSWORD = "pr%xy@pass";
/** Tinyproxy's configuration knows no others than these letters. */
const PLAIN_PASSWORD = "proxy-pass";

const userInfo = (password: string) => `${USER}:${encodeURIComponent(password)}`;

/** What has been added to files since the last call. */
function logReader(...files: string[]): () => Promise<string> {
  const read = new Map<string, number>();
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return files.map((file) => {
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      const fresh = text.slice(read.get(file) ?? 0);
      read.set(file, text.length);
      return fresh;
    }).join("");
  };
}

/** Squid, the caching proxy; it wants credentials on one of its ports. */
export async function startSquid(parent: string): Promise<Proxy> {
  const directory = openDirectory(parent, "squid");
  const [open = 0, closed = 0, secure = 0] = await freePorts(3);
  const secret = (await run("openssl", ["passwd", "-apr1", PASSWORD])).trim();
  writeFileSync(
    join(directory, "passwords"),
    `${USER}:${secret}
`,
  );
  const file = join(directory, "access.log");
  writeFileSync(
    join(directory, "squid.conf"),
    `
    http_port 127.0.0.1:${open}
    http_port 127.0.0.1:${closed}
    https_port 127.0.0.1:${secure} tls-cert=${tlsPath("server.crt")} tls-key=${tlsPath("server.key")}
    auth_param basic program /usr/lib/squid/basic_ncsa_auth ${directory}/passwords
    acl closed localport ${closed}
    acl known proxy_auth REQUIRED
    http_access deny closed !known
    http_access allow all
    logformat asked %lp %un %rm %ru %>Hs
    access_log stdio:${file} logformat=asked
    cache_log ${directory}/cache.log
    cache deny all
    pid_filename ${directory}/squid.pid
    coredump_dir ${directory}
    netdb_filename none
    shutdown_lifetime 0 seconds
    visible_hostname squid.test
  `,
  );
  const daemon = await startDaemon(directory, ["/usr/sbin/squid", "-N", "-f", "squid.conf"], [open, closed, secure]);
  return { ...daemon, open, closed, secure, credentials: userInfo(PASSWORD), logged: logReader(file) };
}

/** Tinyproxy; a process for each of its ports, since credentials are for all of one. */
export async function startTinyproxy(parent: string): Promise<Proxy> {
  const directory = openDirectory(parent, "tinyproxy");
  const [open = 0, closed = 0] = await freePorts(2);
  const configure = (name: string, port: number, more: string) =>
    writeFileSync(
      join(directory, name),
      `Port ${port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nLogLevel Connect\nLogFile "${directory}/${name}.log"\nPidFile "${directory}/${name}.pid"\n${more}\n`,
    );
  configure("open", open, "");
  configure("closed", closed, `BasicAuth ${USER} ${PLAIN_PASSWORD}`);
  const both = "tinyproxy -d -c closed & exec tinyproxy -d -c open";
  const daemon = await startDaemon(directory, ["/bin/sh", "-c", both], [open, closed]);
  return {
    ...daemon,
    open,
    closed,
    credentials: userInfo(PLAIN_PASSWORD),
    logged: logReader(join(directory, "open.log"), join(directory, "closed.log")),
  };
}

/** Microsocks, a SOCKS 5 proxy; it writes of each connection which name or address it was asked for. */
export async function startMicrosocks(parent: string): Promise<Proxy> {
  const directory = openDirectory(parent, "microsocks");
  const [open = 0, closed = 0] = await freePorts(2);
  const listen = (port: number) => `microsocks -i 127.0.0.1 -p ${port}`;
  const both = `${listen(closed)} -u '${USER}' -P '${PASSWORD}' & exec ${listen(open)}`;
  const daemon = await startDaemon(directory, ["/bin/sh", "-c", both], [open, closed]);
  return {
    ...daemon,
    open,
    closed,
    credentials: userInfo(PASSWORD),
    logged: logReader(join(directory, "console.txt")),
  };
}
