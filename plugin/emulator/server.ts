import type { Responses } from "./response.ts";
import type { Faults } from "./faults.ts";
import type { Metrics } from "./metrics.ts";
import type { ModelRegistry } from "./models.ts";
import type { Random } from "./random.ts";
import type { Tokens } from "./tokens.ts";
import type { Traffic } from "./traffic.ts";
import type { ArchiveSpec } from "./model_spec.ts";

/** What the three servers share. */
export interface TorchServe {
  readonly version: string;
  readonly responses: Responses;
  readonly models: ModelRegistry;
  readonly archives: ReadonlyMap<string, ArchiveSpec>;
  readonly defaultWorkersPerModel: number;
  readonly metrics: Metrics;
  readonly tokens: Tokens | undefined;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly now: () => number;
  readonly random: Random;
  /** Aborted when the emulator closes: whatever waits, ends. */
  readonly closing: AbortSignal;
}
