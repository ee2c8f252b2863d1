import { API_NAMES, APIS, portOf } from "../../torchserve/mod.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

/** Whether inference and management have one address, which TorchServe allows and which costs something. */
export function judgeAddresses({ discoveries, endpoints }: Facts): Finding[] {
  return discoveries.flatMap(({ probed, servers }) =>
    probed.flatMap(({ target: { host, port }, apis }): Finding[] => {
      const guarded = apis.filter(({ api }) => api !== "metrics");
      if (guarded.length < 2) return [];
      const wantsToken = guarded.some((api) => "wantsToken" in api && api.wantsToken);
      const settings = servers.find(({ listening }) => listening?.some((one) => one.port === port))?.settings;
      const configured = API_NAMES.flatMap((api) => {
        const value = settings?.get(APIS[api].setting);
        return value === undefined ? [] : [`${APIS[api].setting}=${value}`];
      });
      const instances = endpoints.filter(({ config }) =>
        config.kind !== "metrics_log" && config.kind !== "openmetrics" && portOf(config.url) === port
      );
      return [{
        id: "shared_address",
        level: wantsToken ? "wrong" : "doubtful",
        message: `TorchServe's inference and management API have one address, ${host}:${port}: ` +
          (wantsToken
            ? "with token authorization on, no key opens the management API there"
            : "only the default version of each model can be described there"),
        evidence: [
          `OPTIONS / at ${host}:${port} describes both APIs.`,
          ...(configured.length === 0 ? [] : [`config.properties: ${configured.join(", ")}`]),
        ],
        remedy: `give them a port each in TorchServe's config.properties, such as ${APIS.inference.setting}=` +
          `http://127.0.0.1:${APIS.inference.port} and ${APIS.management.setting}=` +
          `http://127.0.0.1:${APIS.management.port}, and restart it`,
        instances: instances.filter(({ report, config }) =>
          report.status === "error" || (wantsToken && config.kind === "management")
        ).map(({ path }) => path),
      }];
    })
  );
}
