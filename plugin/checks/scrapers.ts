import type { ConfigOf, SampleKind } from "../config/mod.ts";
import { compileScraper, instanceTags, type Scraper } from "../scraper/mod.ts";
import { TORCHSERVE_METRICS } from "../torchserve/mod.ts";

const endpointTag = (url: string) => `endpoint:${url}`;

/** Compiles what turns the samples of an instance, from wherever they come, into submissions. */
export function scraperOf(config: ConfigOf<SampleKind>): Promise<Scraper> {
  return compileScraper(config.options, endpointTag(config.url), [TORCHSERVE_METRICS]);
}

/** The tags of everything that an instance with samples submits. */
export function sampleTags(url: string, options: ConfigOf<SampleKind>["options"]): Promise<readonly string[]> {
  return instanceTags(options, endpointTag(url));
}
