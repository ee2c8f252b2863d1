import type { MetricType } from "../openmetrics/mod.ts";

/** Most metrics of a source that are remembered to explain what is not collected. */
const MAX_METRICS = 2_000;

/** The metrics that a source has, and whether they are collected. */
export class SeenMetrics {
  readonly metrics = new Map<string, { readonly type: MetricType | undefined; readonly isCollected: boolean }>();
  /** What names are on the page where that is another one: `requests_total` of `requests`. */
  readonly exposed = new Set<string>();

  /** @param exposed the name that its samples have, where that is another one */
  see(name: string, type: MetricType | undefined, isCollected: boolean, exposed?: string): void {
    if (this.metrics.size >= MAX_METRICS && !this.metrics.has(name)) return;
    this.metrics.set(name, { type, isCollected: isCollected || this.metrics.get(name)?.isCollected === true });
    if (exposed !== undefined) this.exposed.add(exposed);
  }
}
