import type { ServiceStatus } from "../../report/mod.ts";
import type { Transformer } from "./transformer.ts";

/** `metadata`: the value of one label, as metadata of the instance; its name takes no namespace. */
export function metadata(name: string, label: string): Transformer {
  return (samples, { report, problem }) => {
    for (let k = 0; k < samples.length; k++) {
      const value = samples.set(k).labels.get(label);
      if (value === undefined) problem(samples.name(k), `metadata ${name}: it has no label ${label}`);
      else report.metadata(name, value);
    }
  };
}

/** `service_check`: the whole part of the value looked up in `status_map`; UNKNOWN where it is not there. */
export function serviceCheck(name: string, statuses: ReadonlyMap<number, ServiceStatus>): Transformer {
  return (samples, { report, staticTags }) => {
    for (let k = 0; k < samples.length; k++) {
      const status = statuses.get(Math.trunc(samples.value(k))) ?? 3;
      report.serviceCheck(name, status, staticTags, undefined, samples.set(k).hostname);
    }
  };
}
