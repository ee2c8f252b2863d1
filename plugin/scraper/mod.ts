/**
 * From families of samples to submissions, by the options of an instance.
 *
 * @module
 */
export { compileScraper, instanceTags } from "./compile.ts";
export type { FollowedFamily } from "./samples.ts";
export type { Exposition, PageContent, Scraper, ScrapeResult, ScrapeRun } from "./scraper.ts";
export { failedScraperState, type ScraperState } from "./scraper_state.ts";
