import { exampleConfig } from "../config/mod.ts";
import { InstallError } from "./error.ts";
import type { Item } from "./items.ts";
import { type HostName, type HostPlaces, PLACES, type Platform } from "./places.ts";
import type { Content, Root } from "./root.ts";

/** What an installation is made of. */
export interface Source {
  /** The executable on this machine. */
  readonly binary: string;
  /** A configuration in YAML, from what runs here; `undefined`: nothing is known to run. */
  readonly configuration: () => Promise<string | undefined>;
}

/** Where things go. */
export interface Target {
  readonly root: Root;
  readonly platform: Platform;
  /** Where the executable is to be, where not at the usual place. */
  readonly binary?: string | undefined;
  /** The directory of an Agent with `checks.d` and `conf.d` in it, where not at the usual place. */
  readonly agent?: string | undefined;
}

/** What the texts of this program call the executable and the directory of its configurations. */
const WRITTEN = PLACES.linux;

/** What is watched where nothing was found. */
const USUAL_PORTS = `# Nothing was found here when this was installed: these are the usual ports.
# torchserve-check discover HOST prints a configuration of what runs on HOST.
init_config:

instances:
  - openmetrics_endpoint: http://localhost:8082/metrics
  - inference_api_url: http://localhost:8080
  - management_api_url: http://localhost:8081
`;

const text = (content: string): Content => ({ text: content });

/** What is installed into a host. */
export class Bundle {
  private constructor(
    readonly host: HostName,
    readonly target: Target,
    readonly source: Source,
    readonly places: HostPlaces,
  ) {}

  /** @throws {InstallError} for a host that is not to be had on the system */
  static of(host: HostName, target: Target, source: Source): Bundle {
    const places = PLACES[target.platform].hosts[host];
    if (places !== undefined) return new Bundle(host, target, source, places);
    throw new InstallError(`${host} is not known on ${target.platform}`, "the pages in docs/hosts say what is");
  }

  /** The executable as the host sees it. */
  get binary(): string {
    return this.target.binary ?? PLACES[this.target.platform].binary;
  }

  /** All that is installed. */
  async items(): Promise<readonly Item[]> {
    const program: Item = {
      path: this.binary,
      kind: "program",
      mode: 0o755,
      content: () => Promise.resolve({ copyOf: this.source.binary }),
    };
    return [program, ...await this.#others()];
  }

  async #others(): Promise<readonly Item[]> {
    switch (this.host) {
      case "datadog":
        return await this.#datadog();
      case "telegraf":
        return await this.#telegraf();
      case "prometheus":
        return this.#prometheus();
      case "nagios":
        return await this.#plugin(
          "torchserve.cfg",
          async () => await import("./nagios/torchserve.cfg", { with: { type: "text" } }),
        );
      case "icinga2":
        return await this.#plugin(
          "torchserve.conf",
          async () => await import("./icinga2/torchserve.conf", { with: { type: "text" } }),
        );
    }
  }

  async #datadog(): Promise<readonly Item[]> {
    const { agent } = this.target;
    const checks = agent === undefined ? await this.#first(this.places.programs) : `${agent}/checks.d`;
    const confd = agent === undefined ? await this.#first(this.places.settings) : `${agent}/conf.d`;
    const { group } = this.places;
    return [
      {
        path: `${checks}/torchserve_check.py`,
        kind: "program",
        mode: 0o644,
        content: async () => text((await import("./datadog/torchserve_check.py", { with: { type: "text" } })).default),
      },
      {
        path: `${confd}/torchserve_check.d/conf.yaml.example`,
        kind: "configuration",
        mode: 0o644,
        content: async () => text(await exampleConfig()),
      },
      {
        path: `${confd}/torchserve_check.d/auto_conf.yaml`,
        kind: "configuration",
        mode: 0o644,
        content: async () => text((await import("./datadog/auto_conf.yaml", { with: { type: "text" } })).default),
      },
      {
        path: `${confd}/torchserve_check.d/conf.yaml`,
        kind: "first",
        mode: 0o640,
        group,
        content: async () => {
          const found = await this.source.configuration();
          return found === undefined ? undefined : text(found);
        },
      },
    ];
  }

  async #telegraf(): Promise<readonly Item[]> {
    return [
      {
        path: `${PLACES[this.target.platform].settings}/conf.yaml`,
        kind: "first",
        mode: 0o640,
        group: this.places.group,
        content: async () => text(await this.source.configuration() ?? USUAL_PORTS),
      },
      {
        path: `${await this.#first(this.places.settings)}/torchserve-check.conf`,
        kind: "configuration",
        mode: 0o644,
        content: async () =>
          this.#placed((await import("./telegraf/torchserve-check.conf", { with: { type: "text" } })).default),
      },
    ];
  }

  #prometheus(): readonly Item[] {
    const settings: Item = {
      path: `${PLACES[this.target.platform].settings}/exporter.yaml`,
      kind: "configuration",
      mode: 0o644,
      content: async () => text((await import("./prometheus/exporter.yaml", { with: { type: "text" } })).default),
    };
    const [units] = this.places.programs;
    if (units === undefined) return [settings];
    const load = async () => await import("./prometheus/torchserve-check-exporter.service", { with: { type: "text" } });
    return [settings, {
      path: `${units}/torchserve-check-exporter.service`,
      kind: "configuration",
      mode: 0o644,
      content: async () => this.#placed((await load()).default),
    }];
  }

  /** A monitoring plugin is the executable by another name. */
  async #plugin(file: string, load: () => Promise<{ readonly default: string }>): Promise<readonly Item[]> {
    const plugins = await this.#first(this.places.programs);
    return [
      {
        path: `${plugins}/check_torchserve`,
        kind: "program",
        mode: 0o777,
        content: () => Promise.resolve({ linkTo: this.binary }),
      },
      {
        path: `${await this.#first(this.places.settings)}/${file}`,
        kind: "configuration",
        mode: 0o644,
        content: async () => text((await load()).default.replaceAll("/usr/lib/nagios/plugins", plugins)),
      },
    ];
  }

  /** A text with the paths of this system. */
  #placed(written: string): Content {
    return text(
      written.replaceAll(WRITTEN.binary, this.binary).replaceAll(
        WRITTEN.settings,
        PLACES[this.target.platform].settings,
      ),
    );
  }

  /** The first of some directories that is there, else the first. */
  async #first(directories: readonly string[]): Promise<string> {
    const [first = ""] = directories;
    for (const directory of directories) {
      if ((await this.target.root.find(directory)).kind === "directory") return directory;
    }
    return first;
  }
}
