import type { ConfigOf } from "../config/mod.ts";
import { compileScraper } from "../scraper/compile.ts";
import type { Scraper } from "../scraper/scraper.ts";
import { TORCHSERVE_METRICS } from "../torchserve/mod.ts";

type ScrapedConfig = ConfigOf<"openmetrics" | "metrics_log">;

/** Scrapers by configuration: compiled once for a process that runs an instance many times. */
const scrapers = new WeakMap<ScrapedConfig, Promise<Scraper>>();

/** What turns the samples of an instance, from wherever they come, into submissions. */
export function scraperOf(config: ScrapedConfig): Promise<Scraper> {
  let scraper = scrapers.get(config);
  if (scraper === undefined) {
    scraper = compileScraper(config.options, `endpoint:${config.url}`, [TORCHSERVE_METRICS]);
    scrapers.set(config, scraper);
  }
  return scraper;
}
