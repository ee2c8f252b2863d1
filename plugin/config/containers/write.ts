import type { FileInstance, FileResult } from "../file.ts";
import { child } from "../found.ts";
import { type OptionName, optionOf, OPTIONS } from "../options.ts";
import { isMapping } from "../schemas.ts";
import { ENDPOINTS } from "../types.ts";
import { CHECK_NAMES } from "./embedded.ts";

/** A configuration as the texts of labels or annotations, and what whoever writes them should know. */
export interface Carried {
  /** JSON: the name of the check with its `init_config` and its instances. */
  readonly checks?: string;
  /** JSON: a list. */
  readonly logs?: string;
  /** What was changed, and what will be seen by others: each with the path that it is about. */
  readonly notes: readonly { readonly path: string; readonly message: string }[];
}

/** How an instance names the machine that it runs on. */
const LOCAL_HOST = /^((?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#]*@)?)(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?=[:/?#]|$)/i;
/** What stands for a secret until the host agent puts it in place. */
const SECRET_REFERENCE = /%%env_\w+%%|ENC\[/;
const USER_INFO = /\/\/[^/?#@]+@/;
/** Characters that JSON leaves as they are, and that YAML or a terminal would not. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/**
 * Makes the texts of labels or annotations from a configuration. Addresses of the machine itself become `%%host%%`, the
 * container's: in the Agent's own container they would mean the Agent.
 *
 * @param printed whether what the container prints is a source of logs, besides those of the configuration
 * @throws {RangeError} where instances stand beside different `init_config`s, of which a label has one
 */
export function carry({ instances, rawInitConfig, rawLogs }: FileResult, printed = false): Carried {
  const notes: { path: string; message: string }[] = [];
  const inits = new Set(instances.map(({ rawInitConfig }) => JSON.stringify(rawInitConfig ?? {})));
  if (inits.size > 1) throw new RangeError("its instances have different init_configs");
  const [init = "{}"] = inits;
  const written = instances.map((instance) => carriedInstance(instance, notes));
  const checks = { [CHECK_NAMES[0] ?? ""]: { init_config: JSON.parse(init), instances: written } };
  const service = isMapping(rawInitConfig) ? rawInitConfig.service : undefined;
  const byDefault = { source: "torchserve", ...(typeof service === "string" ? { service } : {}) };
  const sources = [...(printed ? [{}] : []), ...rawLogs].map((entry) =>
    isMapping(entry) ? { ...byDefault, ...entry } : entry
  );
  return {
    ...(instances.length === 0 ? {} : { checks: json(checks) }),
    ...(sources.length === 0 ? {} : { logs: json(sources) }),
    notes,
  };
}

function json(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function carriedInstance({ path, raw }: FileInstance, notes: { path: string; message: string }[]): unknown {
  if (!isMapping(raw)) return raw;
  const instance = { ...raw };
  for (const [name] of ENDPOINTS) {
    const url = instance[name];
    if (typeof url !== "string") continue;
    instance[name] = url.replace(LOCAL_HOST, (_, before: string) => `${before}%%host%%`);
    if (instance[name] !== url) {
      notes.push({ path: child(path, name), message: "the machine itself became %%host%%, the container's address" });
    }
  }
  for (const [name, value] of Object.entries(instance)) {
    if (!holdsSecret(name, value)) continue;
    notes.push({
      path: child(path, name),
      message: "a secret, which all who may look at the container can read there; %%env_NAME%% (a variable of the " +
        "Agent) and ENC[…] hide it",
    });
  }
  return instance;
}

/** A secret option with a value of its own; of addresses and proxies only user info is secret. */
function holdsSecret(name: string, value: unknown): boolean {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  if (text === "" || SECRET_REFERENCE.test(text)) return false;
  if (name === "proxy" || ENDPOINTS.some(([endpoint]) => endpoint === name)) return USER_INFO.test(text);
  return Object.hasOwn(OPTIONS, name) && optionOf(name as OptionName).secret;
}
