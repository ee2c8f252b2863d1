import type { Description } from "../../checks/mod.ts";
import { clip, oneLine } from "../../text/mod.ts";
import { type Facts, filesOf, modelLogsOf } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { Endpoint } from "../gather/endpoint.ts";
import type { Judged } from "./judged.ts";
import { batchDelay, emptyOrFull } from "./queues.ts";
import { failures } from "./worker_failures.ts";

const MAX_NAME = 100;

/** Why versions of models do not answer, or answer late. */
export function judgeWorkers(facts: Facts): Finding[] {
  return facts.endpoints.flatMap((endpoint) => {
    const logs = modelLogsOf(endpoint, facts);
    const oomKills = filesOf(endpoint, facts)?.oomKills;
    return endpoint.models.flatMap((description) =>
      versionsOf(description, endpoint).flatMap((judged) => [
        ...failures(judged, { logs, oomKills, facts }),
        ...emptyOrFull(judged),
        ...batchDelay(judged),
      ])
    );
  });
}

function versionsOf(description: Description, endpoint: Endpoint): Judged[] {
  if ("error" in description) return [];
  const { model, versions, isDefault } = description;
  const again = endpoint.later?.find((other) => other.model.modelName === model.modelName);
  return versions.map((version) => ({
    name: oneLine(clip(`${version.modelName} ${version.modelVersion}`, MAX_NAME)),
    request: `${endpoint.config.url.replace(/\/+$/, "")}/models/${encodeURIComponent(model.modelName)}/all`,
    version,
    isDefault: isDefault(version),
    later: again === undefined || "error" in again
      ? undefined
      : again.versions.find(({ modelVersion }) => modelVersion === version.modelVersion),
    endpoint,
  }));
}
