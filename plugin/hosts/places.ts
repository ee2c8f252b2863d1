/** The hosts that something is installed into. */
export const HOST_NAMES = ["datadog", "telegraf", "prometheus", "nagios", "icinga2"] as const;
export type HostName = typeof HOST_NAMES[number];

/** The systems that paths are known for. */
export const PLATFORMS = ["linux", "darwin", "win32"] as const;
export type Platform = typeof PLATFORMS[number];

/** Where one host keeps what. The first of several that is there counts, else the first. */
export interface HostPlaces {
  /** That there is such a host: one of these exists. */
  readonly evidence: readonly string[];
  /** What it runs, or reads when it starts. */
  readonly programs: readonly string[];
  /** Where its configuration is put. */
  readonly settings: readonly string[];
  /** The group whose members read what only the host may read; absent where files inherit who may. */
  readonly group?: string;
}

/** Where everything is on one system; all with slashes, which Windows takes too. */
export interface Places {
  /** The executable, for all hosts of a machine. */
  readonly binary: string;
  /** What was installed. */
  readonly manifest: string;
  /** Configurations of our own, for hosts that have no place for them. */
  readonly settings: string;
  /** A host that is absent is not to be had there. */
  readonly hosts: Readonly<Partial<Record<HostName, HostPlaces>>>;
}

/**
 * Paths that packages of Debian, Red Hat, Homebrew and the makers use. Directories of Nagios' plugins: Debian and its
 * kin, Red Hat and its kin, its own sources.
 */
const NAGIOS_PLUGINS = ["/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins", "/usr/local/nagios/libexec"];

const LINUX: Places = {
  binary: "/opt/torchserve-check/bin/torchserve-check",
  manifest: "/opt/torchserve-check/installed.json",
  settings: "/etc/torchserve-check",
  hosts: {
    datadog: {
      evidence: ["/etc/datadog-agent"],
      programs: ["/etc/datadog-agent/checks.d"],
      settings: ["/etc/datadog-agent/conf.d"],
      group: "dd-agent",
    },
    telegraf: {
      evidence: ["/etc/telegraf"],
      programs: [],
      settings: ["/etc/telegraf/telegraf.d"],
      group: "telegraf",
    },
    prometheus: {
      evidence: ["/etc/prometheus", "/usr/bin/prometheus", "/usr/local/bin/prometheus"],
      programs: ["/etc/systemd/system"],
      settings: [],
    },
    nagios: {
      evidence: ["/etc/nagios4", "/etc/nagios", "/usr/local/nagios/etc"],
      programs: NAGIOS_PLUGINS,
      settings: ["/etc/nagios-plugins/config", "/etc/nagios/conf.d", "/usr/local/nagios/etc/objects"],
    },
    icinga2: {
      evidence: ["/etc/icinga2"],
      programs: NAGIOS_PLUGINS,
      settings: ["/etc/icinga2/conf.d"],
    },
  },
};

const MACOS: Places = {
  binary: "/opt/torchserve-check/bin/torchserve-check",
  manifest: "/opt/torchserve-check/installed.json",
  settings: "/usr/local/etc/torchserve-check",
  hosts: {
    datadog: {
      evidence: ["/opt/datadog-agent/etc"],
      programs: ["/opt/datadog-agent/etc/checks.d"],
      settings: ["/opt/datadog-agent/etc/conf.d"],
      group: "admin",
    },
    telegraf: {
      evidence: ["/opt/homebrew/etc/telegraf.conf", "/usr/local/etc/telegraf.conf"],
      programs: [],
      settings: ["/opt/homebrew/etc/telegraf.d", "/usr/local/etc/telegraf.d"],
      group: "admin",
    },
    prometheus: {
      evidence: ["/opt/homebrew/etc/prometheus.yml", "/usr/local/etc/prometheus.yml"],
      programs: [],
      settings: [],
    },
  },
};

const WINDOWS: Places = {
  binary: "C:/Program Files/torchserve-check/torchserve-check.exe",
  manifest: "C:/Program Files/torchserve-check/installed.json",
  settings: "C:/ProgramData/torchserve-check",
  hosts: {
    datadog: {
      evidence: ["C:/ProgramData/Datadog"],
      programs: ["C:/ProgramData/Datadog/checks.d"],
      settings: ["C:/ProgramData/Datadog/conf.d"],
    },
    telegraf: {
      evidence: ["C:/Program Files/Telegraf"],
      programs: [],
      settings: ["C:/Program Files/Telegraf/telegraf.d"],
    },
    prometheus: { evidence: ["C:/Program Files/Prometheus"], programs: [], settings: [] },
  },
};

/** Where everything is, by system: the one table of such paths. */
export const PLACES: Readonly<Record<Platform, Places>> = { linux: LINUX, darwin: MACOS, win32: WINDOWS };

/** The system that this program runs on, as far as paths go. */
export function platformOf(name: string): Platform {
  return name === "win32" || name === "darwin" ? name : "linux";
}
