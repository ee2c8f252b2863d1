import { DESCRIPTIONS, type OptionDescription } from "./descriptions/mod.ts";
import { OPTION_NAMES, type OptionGroup, type OptionName, optionOf } from "./options.ts";
import { ENDPOINTS, type InstanceKind } from "./types.ts";

/** All that documents need to know of an option: its record and its description in one. */
export interface OptionDoc extends OptionDescription {
  readonly name: OptionName;
  readonly group: OptionGroup;
  readonly kinds: readonly InstanceKind[];
  /** One of the keys of which an instance has exactly one. */
  readonly required: boolean;
  readonly secret: boolean;
  /** May stand in `init_config` too. */
  readonly init: boolean;
  readonly default: unknown;
}

/** What documents say that an option means; for one that the Agent knows and that does nothing here, why, first. */
export function meaningOf(name: OptionName): string {
  const { noEffect } = optionOf(name);
  const { text } = DESCRIPTIONS[name];
  return noEffect === undefined ? text : `No effect here: ${noEffect}. In checks of the Agent it means:\n\n${text}`;
}

/** Every option, in the order of the documents. */
export function optionDocs(): readonly OptionDoc[] {
  const endpoints: readonly OptionName[] = ENDPOINTS.map(([name]) => name);
  return OPTION_NAMES.map((name) => {
    const { group, kinds, secret, init, default: byDefault } = optionOf(name);
    return {
      ...DESCRIPTIONS[name],
      text: meaningOf(name),
      name,
      group,
      kinds,
      required: endpoints.includes(name),
      secret,
      init,
      default: byDefault,
    };
  });
}
