import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Daemon } from "../peers/daemon.ts";
import { openDirectory, startDaemon } from "../peers/daemon.ts";
import { parsePerfdata, type Shown, STATE_NAMES, type StateName } from "./states.ts";

/** Debian's `nagios4-core`, without its web pages. */
export const NAGIOS = "/usr/sbin/nagios4";

/** A Nagios that runs the check for each state, every second. */
export async function startNagios(
  directory: string,
  plugin: string,
  files: Readonly<Record<StateName, string>>,
): Promise<{ daemon: Daemon; shown: () => Map<string, Shown> }> {
  const home = openDirectory(directory, "nagios");
  for (const name of ["spool", "archives"]) openDirectory(home, name);
  mkdirSync(join(home, "objects"));
  const [status, config, objects] = [join(home, "status.dat"), join(home, "nagios.cfg"), join(home, "objects/a.cfg")];
  writeFileSync(objects, objectsOf(plugin, files));
  writeFileSync(
    config,
    Object.entries({
      cfg_dir: join(home, "objects"),
      log_file: join(home, "nagios.log"),
      status_file: status,
      status_update_interval: 1,
      object_cache_file: join(home, "objects.cache"),
      precached_object_file: join(home, "objects.precache"),
      temp_file: join(home, "nagios.tmp"),
      temp_path: home,
      query_socket: join(home, "nagios.qh"),
      check_result_path: join(home, "spool"),
      log_archive_path: join(home, "archives"),
      lock_file: join(home, "nagios.pid"),
      state_retention_file: join(home, "retention.dat"),
      retain_state_information: 0,
      check_external_commands: 0,
      check_for_updates: 0,
      use_syslog: 0,
      interval_length: 1,
      service_check_timeout: 60,
      max_check_result_reaper_time: 5,
      check_result_reaper_frequency: 1,
      execute_service_checks: 1,
    }).map(([name, value]) => `${name}=${value}\n`).join(""),
  );
  const daemon = await startDaemon(home, [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    NAGIOS,
    config,
  ], []);
  return { daemon, shown: () => shownIn(readOr(status)) };
}

function objectsOf(plugin: string, files: Readonly<Record<StateName, string>>): string {
  const services = STATE_NAMES.map((state) => `
define service {
  host_name              models
  service_description    ${state}
  check_command          check_torchserve!${files[state]}
  check_interval         1
  retry_interval         1
  max_check_attempts     1
  check_period           always
  contacts               nobody
  notifications_enabled  0
}
`);
  return `
define timeperiod {
  timeperiod_name  always
  alias            always
  ${
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"].map((day) => `${day} 00:00-24:00`)
      .join("\n  ")
  }
}
define command {
  command_name  check_torchserve
  command_line  ${plugin} --instance $ARG1$ --format nagios
}
define contact {
  contact_name                   nobody
  host_notifications_enabled     0
  service_notifications_enabled  0
  host_notification_commands     check_torchserve
  service_notification_commands  check_torchserve
  host_notification_period       always
  service_notification_period    always
}
define host {
  host_name              models
  contacts               nobody
  address                127.0.0.1
  max_check_attempts     1
  check_period           always
  notifications_enabled  0
}
${services.join("")}`;
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The checked services in a status file, by their names. */
function shownIn(text: string): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const [, block = ""] of text.matchAll(/servicestatus \{\n(.*?)\n\t\}/gs)) {
    const values = new Map(
      block.split("\n").map((line) => {
        const [, name = "", value = ""] = /^\s*([^=]+)=(.*)$/.exec(line) ?? [];
        return [name, value];
      }),
    );
    if (values.get("has_been_checked") !== "1") continue;
    shown.set(values.get("service_description") ?? "", {
      state: Number(values.get("current_state")),
      output: values.get("plugin_output") ?? "",
      perfdata: parsePerfdata(values.get("performance_data") ?? ""),
    });
  }
  return shown;
}
