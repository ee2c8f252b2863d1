import {
  httpNames,
  type HttpOptions,
  type InitConfig,
  type Instance,
  namesFor,
  type Option,
  type OptionName,
  OPTIONS,
  type Values,
} from "./options.ts";
import type { InstanceKind } from "./types.ts";

/**
 * The options of an instance: its own values, then those of `init_config`, then the defaults, as in the Agent.
 * `rename_labels` is merged over its default; `connect_timeout` and `read_timeout` follow `timeout`.
 */
export function optionsOf<Kind extends InstanceKind>(kind: Kind, values: Values, init: InitConfig): Instance<Kind> {
  return filled(namesFor(kind), values, init) as Instance<Kind>;
}

/** HTTP options with the documented defaults for what is not given, for clients that belong to no instance. */
export function httpDefaults(given: Partial<HttpOptions> = {}): HttpOptions {
  return { ...given, ...filled(httpNames(), given, {}) as HttpOptions };
}

/** The named options, in the order of the documents; those without value and default are left out. */
function filled(names: readonly OptionName[], values: Values, init: Values): Values {
  const options: Record<string, unknown> = {};
  for (const name of names) {
    const { default: byDefault }: Option = OPTIONS[name];
    const value = values[name] ?? init[name] ?? byDefault;
    if (value !== undefined) options[name] = value;
  }
  if ("rename_labels" in options) {
    options.rename_labels = { ...OPTIONS.rename_labels.default, ...values.rename_labels };
  }
  if ("timeout" in options) {
    options.connect_timeout ??= options.timeout;
    options.read_timeout ??= options.timeout;
  }
  return options as Values;
}
