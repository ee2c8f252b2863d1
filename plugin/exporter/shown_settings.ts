import { mayBeShown } from "../config/mod.ts";
import type { Module, Settings } from "./settings.ts";

/** Stands for what is not shown, as in other exporters. */
const SECRET = "<secret>";

/**
 * The settings that are in use, as YAML, without secrets: values of options that may hold some, and of names that are no
 * option (a misspelt `pasword`), are left out, and so is the user info of every URL.
 */
export async function shownSettings({ allowed, modules, limits }: Settings): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify({
    targets: { allow: allowed },
    modules: Object.fromEntries([...modules].map(([name, module]) => [name, shownModule(module)])),
    limits: { probes: limits.probes, probes_of_a_target: limits.probesOfATarget },
  });
}

/** A module as {@linkcode shownSettings} shows it. */
export function shownModule({ options, apis, ports, probeTimeout, keepTags, written }: Module): unknown {
  return {
    ...Object.fromEntries(
      Object.entries(options).map(([name, value]) => [name, mayBeShown(name) ? withoutUserInfo(value) : SECRET]),
    ),
    ...(written === undefined ? {} : { targets: written }),
    apis,
    ports,
    ...(probeTimeout === undefined ? {} : { probe_timeout: probeTimeout }),
    keep_tags: keepTags,
  };
}

/** User info in any text of a value. */
function withoutUserInfo(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi, `$1${SECRET}@`);
  if (Array.isArray(value)) return value.map(withoutUserInfo);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutUserInfo(member)]));
}
