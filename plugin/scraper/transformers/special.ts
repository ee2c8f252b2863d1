import type { ServiceStatus } from "../../report/mod.ts";
import type { Transformer } from "./transformer.ts";

/** `metadata`: the value of one label, as metadata of the instance; its name takes no namespace. */
export function metadata(name: string, label: string): Transformer {
  return (samples, context) => {
    for (let k = 0; k < samples.length; k++) {
      const value = samples.set(k).values?.get(label);
      if (value === undefined) context.problem(samples.sampleName(k), `metadata ${name}: it has no label ${label}`);
      else context.metadata(name, value);
    }
  };
}

/** `service_check`: the whole part of the value looked up in `status_map`; UNKNOWN where it is not there. */
export function serviceCheck(name: string, statuses: ReadonlyMap<number, ServiceStatus>): Transformer {
  return (samples, context) => {
    for (let k = 0; k < samples.length; k++) {
      const status = statuses.get(Math.trunc(samples.value(k))) ?? 3;
      context.serviceCheck(name, status, samples.set(k).hostname);
    }
  };
}
