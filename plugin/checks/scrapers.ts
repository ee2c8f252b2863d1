import type { ConfigOf, SampleKind } from "../config/mod.ts";
import { compileScraper, instanceTags, type Scraper } from "../scraper/mod.ts";
import { TORCHSERVE_METRICS } from "../torchserve/mod.ts";

const endpointTag = ({ url }: ConfigOf<SampleKind>) => `endpoint:${url}`;

/** Compiles what turns the samples of an instance, from wherever they come, into submissions. */
export function scraperOf(config: ConfigOf<SampleKind>): Promise<Scraper> {
  return compileScraper(config.options, endpointTag(config), [TORCHSERVE_METRICS]);
}

/** The tags of everything that an instance with samples submits. */
export function sampleTags(config: ConfigOf<SampleKind>): Promise<readonly string[]> {
  return instanceTags(config.options, endpointTag(config));
}
