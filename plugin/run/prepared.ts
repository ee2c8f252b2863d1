import { type SampleContext, scraperOf } from "../checks/mod.ts";
import type { ConfigIssue, ConfigOf, SampleKind, ValidConfig } from "../config/mod.ts";
import type { NameFilter } from "../report/mod.ts";

type Scraper = Awaited<ReturnType<SampleContext["scraper"]>>;

/** A validated configuration, and what is compiled of it once for all of its runs. */
export class Prepared {
  #scraper: Promise<Scraper> | undefined;
  #nameFilter: Promise<NameFilter | undefined> | undefined;

  /** @param issues what the validation said besides */
  constructor(readonly config: ValidConfig, readonly issues: readonly ConfigIssue[]) {}

  /** What turns the samples of the instance, from wherever they come, into submissions. */
  scraper(config: ConfigOf<SampleKind>): Promise<Scraper> {
    return this.#scraper ??= scraperOf(config);
  }

  /** The filter of `metric_patterns`; `undefined`: every name may be submitted. */
  nameFilter(): Promise<NameFilter | undefined> {
    return this.#nameFilter ??= this.config.options.metric_patterns === undefined
      ? Promise.resolve(undefined)
      : import("./name_filter.ts").then(({ compileNameFilter }) => compileNameFilter(this.config));
  }
}
