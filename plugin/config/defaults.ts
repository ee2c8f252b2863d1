import { INIT_NAMES, type InitConfig, type Instance, OPTION_NAMES, type OptionName, OPTIONS } from "./options.ts";

/** Validated values by name; only those that are set. */
export type Values = { -readonly [K in OptionName]?: Instance[K] };

function isSet(value: unknown): boolean {
  return value !== undefined;
}

/**
 * The options of an instance: its own values, then those of `init_config`, then the defaults, as in the Agent.
 * `rename_labels` is merged over its default; `connect_timeout` and `read_timeout` follow `timeout`.
 */
export function withDefaults(values: Values, init: InitConfig): Instance {
  const options: Record<string, unknown> = {};
  for (const name of OPTION_NAMES) {
    const value = values[name] ?? OPTIONS[name].default;
    if (isSet(value)) options[name] = value;
  }
  for (const name of INIT_NAMES) {
    if (!isSet(values[name]) && isSet(init[name])) options[name] = init[name];
  }
  options.rename_labels = { ...OPTIONS.rename_labels.default, ...values.rename_labels };
  options.connect_timeout ??= options.timeout;
  options.read_timeout ??= options.timeout;
  return options as unknown as Instance;
}
