import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "../../../plugin/emulator/mod.ts";
import { freePorts } from "../free_ports.ts";
import { type Daemon, openDirectory, startDaemon } from "./daemon.ts";

export const DIGEST_USER = "digest user";
export const DIGEST_PASSWORD = "d:gest pässword";
const REALM = "torchserve, digest";
const MODULES = [
  "mpm_event",
  "authn_core",
  "authn_file",
  "authz_core",
  "authz_user",
  "auth_digest",
  "proxy",
  "proxy_http",
];

/** Apache in front of a TorchServe, which wants digest authentication (`mod_auth_digest`). */
export async function startApache(parent: string, emulator: Emulator): Promise<Daemon & { readonly port: number }> {
  const directory = openDirectory(parent, "apache");
  const [port = 0] = await freePorts(1);
  const secret = createHash("md5").update(`${DIGEST_USER}:${REALM}:${DIGEST_PASSWORD}`).digest("hex");
  writeFileSync(join(directory, "digests"), `${DIGEST_USER}:${REALM}:${secret}\n`);
  const forward = (path: string, url: string) => `ProxyPass /${path} ${new URL(url).origin}/${path}`;
  writeFileSync(
    join(directory, "apache.conf"),
    `
    ServerRoot ${directory}
    ServerName localhost
    Listen 127.0.0.1:${port}
    PidFile ${directory}/apache.pid
    ErrorLog ${directory}/error.log
    DefaultRuntimeDir ${directory}
    User www-data
    Group www-data
    ${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
    AllowEncodedSlashes NoDecode
    <Location "/">
      AuthType Digest
      AuthName "${REALM}"
      AuthUserFile ${directory}/digests
      Require valid-user
    </Location>
    ${forward("ping", emulator.inferenceUrl)}
    ${forward("models", emulator.managementUrl)}
    ${forward("metrics", emulator.metricsUrl)}
  `,
  );
  const daemon = await startDaemon(directory, ["/usr/sbin/apache2", "-f", `${directory}/apache.conf`, "-DFOREGROUND"], [
    port,
  ]);
  return { ...daemon, port, console: () => daemon.console() + readFileSync(join(directory, "error.log"), "utf8") };
}
