/** What a probe may take where neither the scrape nor the module says anything, and at most, in seconds. */
const DEFAULT_SECONDS = 120;

/**
 * How long a probe may take, in milliseconds: what the scrape allows, less an offset for the way back, but no longer than
 * the module says.
 *
 * @param header `X-Prometheus-Scrape-Timeout-Seconds`
 * @param offset in seconds; of a scrape that is shorter nothing would be left, and it is not taken off
 * @returns `undefined` where the header is no number of seconds
 */
export function scrapeTimeMs(header: string | null, offset: number, most = DEFAULT_SECONDS): number | undefined {
  const asked = header === null ? DEFAULT_SECONDS : /^\d{1,9}(?:\.\d{1,9})?$/.test(header.trim()) ? Number(header) : 0;
  if (!(asked > 0)) return undefined;
  const left = header !== null && asked > offset ? asked - offset : asked;
  return 1_000 * Math.min(left, most, DEFAULT_SECONDS);
}
