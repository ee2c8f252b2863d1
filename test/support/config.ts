import assert from "node:assert/strict";
import { type ConfigOf, type InstanceKind, validateInstance, type ValidConfig } from "../../plugin/config/mod.ts";

/** The configuration of an instance that has to be valid and of this kind. */
export async function configOf<Kind extends InstanceKind>(
  kind: Kind,
  instance: unknown,
  init: unknown = {},
): Promise<ConfigOf<Kind>> {
  const result = await validateInstance(instance, init);
  assert.ok(result.ok, JSON.stringify(result.issues));
  assert.ok(isOf(result.config, kind), `an instance of ${kind}`);
  return result.config;
}

function isOf<Kind extends InstanceKind>(config: ValidConfig, kind: Kind): config is ConfigOf<Kind> & ValidConfig {
  return config.kind === kind;
}
