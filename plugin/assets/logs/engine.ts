import type { Pipeline } from "./asset.ts";
import { Log, nested } from "./log.ts";
import { type Step, stepOf } from "./processors.ts";
import { matchesSearch } from "./search/match.ts";
import { parseSearch } from "./search/parse.ts";

/** What a pipeline makes of a line. */
export interface ProcessedLog {
  /** The rule that read it; absent where none did. */
  readonly rule?: string;
  readonly message: string;
  /** `error`, `warn`, `info` and so on, as Datadog searches for them. */
  readonly status: string;
  /** Milliseconds since the epoch, where the line tells its time. */
  readonly timestamp?: number;
  /** Mappings in mappings. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/** A pipeline, ready to process lines. */
export interface LogEngine {
  /** @param tags those of the source, `source:torchserve` among them */
  process(line: string, tags?: readonly string[]): ProcessedLog;
}

/**
 * Prepares a pipeline. A line takes time linear in its length.
 *
 * @param lazy what `data` takes in rules, see `compileGrok`
 * @throws {GrokError | SearchError} where its rules or searches cannot be read
 */
export async function logEngine({ filter, processors }: Pipeline, lazy = false): Promise<LogEngine> {
  const search = parseSearch(filter.query);
  const steps: Step[] = [];
  for (const processor of processors) if (processor.enabled) steps.push(await stepOf(processor, lazy));
  return {
    process(line, tags = ["source:torchserve"]) {
      const log = new Log(line, tags);
      if (matchesSearch(search, log)) { for (const step of steps) step(log); }
      const { rule, message, status, timestamp } = log;
      return {
        ...(rule === undefined ? {} : { rule }),
        message,
        status,
        ...(timestamp === undefined ? {} : { timestamp }),
        attributes: nested(log.attributes),
        tags: log.tags,
      };
    },
  };
}
