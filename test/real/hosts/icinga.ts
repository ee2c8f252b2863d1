import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { tlsPath } from "../../contract/http_servers.ts";
import { rsaCertificate } from "../peers/certificates.ts";
import { type Daemon, openDirectory, startDaemon } from "../peers/daemon.ts";
import { parsePerfdata, type Shown, STATE_NAMES, type StateName } from "./states.ts";

/** Debian's `icinga2-bin`. */
export const ICINGA = "/usr/sbin/icinga2";
/** Of its API, in this test. */
const PASSWORD = "icinga";

/** An Icinga 2 that runs the check for each state, every second; its API tells what it shows. */
export async function startIcinga(
  directory: string,
  port: number,
  plugin: string,
  files: Readonly<Record<StateName, string>>,
): Promise<{ daemon: Daemon; shown: () => Promise<Map<string, Shown>> }> {
  const home = openDirectory(directory, "icinga");
  const folders = Object.fromEntries(["DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir"].map((name) => [
    name,
    openDirectory(home, name),
  ]));
  const certificates = join(home, "DataDir", "certs");
  mkdirSync(certificates);
  const { certificate, key } = await rsaCertificate(home);
  copyFileSync(certificate, join(certificates, "localhost.crt"));
  copyFileSync(key, join(certificates, "localhost.key"));
  copyFileSync(tlsPath("ca.crt"), join(certificates, "ca.crt"));
  for (const name of ["localhost.crt", "localhost.key", "ca.crt"]) chmodSync(join(certificates, name), 0o644);
  const config = join(home, "icinga2.conf");
  writeFileSync(config, configOf(port, plugin, files));
  const defined = { ...folders, RunAsUser: "nobody", RunAsGroup: "nogroup" };
  const daemon = await startDaemon(
    home,
    [ICINGA, "daemon", "-c", config, ...Object.entries(defined).map(([name, value]) => `-D${name}=${value}`)],
    [port],
  );
  return { daemon, shown: () => shownBy(port) };
}

function configOf(port: number, plugin: string, files: Readonly<Record<StateName, string>>): string {
  const quoted = (text: string) => JSON.stringify(text);
  return `
include <itl>
const NodeName = "localhost"
const ZoneName = NodeName
object Endpoint NodeName {}
object Zone ZoneName { endpoints = [ NodeName ] }
object CheckerComponent "checker" {}
object ApiListener "api" { bind_host = "127.0.0.1", bind_port = ${port} }
object ApiUser "test" { password = ${quoted(PASSWORD)}, permissions = [ "objects/query/*" ] }
object CheckCommand "torchserve" {
  command = [ ${quoted(plugin)}, "--format", "nagios" ]
  arguments = { "--instance" = "$torchserve_config$" }
}
object Host "models" { check_command = "dummy" }
${
    STATE_NAMES.map((state) => `
object Service ${quoted(state)} {
  host_name = "models"
  check_command = "torchserve"
  check_interval = 1s
  retry_interval = 1s
  max_check_attempts = 1
  vars.torchserve_config = ${quoted(files[state])}
}
`).join("")
  }`;
}

interface ServiceObject {
  readonly attrs: {
    readonly name: string;
    readonly state: number;
    readonly last_check_result: { readonly output: string; readonly performance_data: readonly string[] } | null;
  };
}

async function shownBy(port: number): Promise<Map<string, Shown>> {
  const { results } = JSON.parse(await get(port, "/v1/objects/services")) as {
    readonly results: readonly ServiceObject[];
  };
  return new Map(results.flatMap(({ attrs: { name, state, last_check_result: result } }) => {
    if (result === null) return [];
    const perfdata = new Map(result.performance_data.flatMap((item) => [...parsePerfdata(item)]));
    return [[name, { state, output: result.output.split("\n", 1)[0] ?? "", perfdata }] as const];
  }));
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path, auth: `test:${PASSWORD}`, rejectUnauthorized: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => text += chunk).on("end", () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${response.statusCode}: ${text}`));
        });
      },
    );
    asked.on("error", reject).end();
  });
}
