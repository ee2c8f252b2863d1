import type { ServiceStatus } from "../../report/mod.ts";
import type { Transformer } from "./transformer.ts";

/** `metadata`: the value of one label, as metadata of the instance; its name takes no namespace. */
export function metadata(name: string, label: string): Transformer {
  return ({ start, end, columns: { names, sets } }, context) => {
    for (let i = start; i < end; i++) {
      const value = sets[i]!.values?.get(label);
      if (value === undefined) context.problem(names[i]!, `metadata ${name}: it has no label ${label}`);
      else context.metadata(name, value);
    }
  };
}

/** `service_check`: the whole part of the value looked up in `status_map`; UNKNOWN where it is not there. */
export function serviceCheck(name: string, statuses: ReadonlyMap<number, ServiceStatus>): Transformer {
  return ({ start, end, columns: { values, sets } }, context) => {
    for (let i = start; i < end; i++) {
      const status = statuses.get(Math.trunc(values[i]!)) ?? 3;
      context.serviceCheck(name, status, sets[i]!.hostname);
    }
  };
}
