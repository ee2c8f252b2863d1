import type { Target } from "./bundles.ts";
import { type HostName, PLACES } from "./places.ts";

/** How to have a host take what was installed, and how to see it there: a sentence and commands for each step. */
export function verification(host: HostName, { platform, binary, agent }: Target): readonly string[] {
  const { binary: usual, settings } = PLACES[platform];
  const program = binary ?? usual;
  switch (host) {
    case "datadog": {
      const confd = agent === undefined ? PLACES[platform].hosts.datadog?.settings[0] : `${agent}/conf.d`;
      const conf = `${confd}/torchserve_check.d/conf.yaml`;
      const isPackaged = platform === "linux" && agent === undefined;
      return [
        `Look at, or write, the configuration: ${conf}`,
        isPackaged
          ? `As the Agent's user: sudo -u dd-agent ${program} --instance ${conf}`
          : `What it finds: "${program}" --instance "${conf}"`,
        isPackaged ? "Then: sudo systemctl restart datadog-agent" : "Then restart the Agent.",
        `${isPackaged ? "sudo -u dd-agent datadog-agent" : "agent"} check torchserve_check shows what it submits.`,
      ];
    }
    case "telegraf":
      return [
        `Look at the configuration: ${settings}/conf.yaml`,
        platform === "linux"
          ? `As Telegraf's user: sudo -u telegraf ${program} --instance ${settings}/conf.yaml`
          : `What it finds: "${program}" --instance "${settings}/conf.yaml"`,
        platform === "linux" ? "Then: sudo systemctl restart telegraf" : "Then restart Telegraf.",
      ];
    case "prometheus": {
      const start = platform === "linux"
        ? "Start it: sudo systemctl daemon-reload && sudo systemctl enable --now torchserve-check-exporter"
        : `Start it: "${program}" exporter --config "${settings}/exporter.yaml"`;
      return [
        `Say which targets may be probed: ${settings}/exporter.yaml`,
        start,
        "See a page: curl 'http://127.0.0.1:19082/probe?target=127.0.0.1'",
        "docs/hosts/prometheus.md has the scrape configuration for Prometheus.",
      ];
    }
    case "nagios":
      return [
        "Try it as Nagios' user: sudo -u nagios check_torchserve -H localhost, by its path above",
        "Add a service with check_command check_torchserve! (the file above has one), then restart Nagios.",
      ];
    case "icinga2":
      return [
        "Try it as Icinga's user: sudo -u nagios check_torchserve -H localhost, by its path above",
        "Add an apply rule (the file above has one), then: sudo icinga2 daemon -C && sudo systemctl reload icinga2",
      ];
  }
}
