/** The part of a histogram that a sample is. */
export type HistogramPart = "bucket" | "count" | "sum" | "gsum" | "created";

/**
 * The rules about one point of a histogram or gauge histogram (OpenMetrics 1.0, "Histogram", "GaugeHistogram"), seen
 * sample by sample. Each method returns what the standard expects when a rule is broken.
 */
export class HistogramPoint {
  #isOpen = false;
  #threshold: number | undefined;
  #bucketValue = 0;
  #count: number | undefined;
  #hasSum = false;
  #gsum: number | undefined;
  #hasNegativeThreshold = false;

  /** Starts a point. */
  start(): void {
    this.#isOpen = true;
    this.#threshold = undefined;
    this.#bucketValue = 0;
    this.#count = undefined;
    this.#hasSum = false;
    this.#gsum = undefined;
    this.#hasNegativeThreshold = false;
  }

  /** Takes a sample of the point. */
  add(part: HistogramPart, value: number, threshold: number): string | undefined {
    switch (part) {
      case "bucket":
        return this.#addBucket(value, threshold);
      case "count":
        this.#count = value;
        return undefined;
      case "sum":
        this.#hasSum = true;
        return undefined;
      case "gsum":
        this.#gsum = value;
        return undefined;
      case "created":
        return undefined;
    }
  }

  #addBucket(value: number, threshold: number): string | undefined {
    if (this.#threshold !== undefined && threshold <= this.#threshold) return 'buckets in increasing order of "le"';
    if (value < this.#bucketValue) return "buckets that are cumulative";
    this.#threshold = threshold;
    this.#bucketValue = value;
    if (threshold < 0) this.#hasNegativeThreshold = true;
    return undefined;
  }

  /** Ends the point, if there is one. */
  end(): string | undefined {
    if (!this.#isOpen) return undefined;
    this.#isOpen = false;
    const hasAnySum = this.#hasSum || this.#gsum !== undefined;
    if (this.#threshold !== Infinity) return 'a bucket with le="+Inf"';
    if (this.#count !== undefined && this.#count !== this.#bucketValue) return "a count equal to the +Inf bucket";
    if (hasAnySum && this.#count === undefined) return "a count beside the sum";
    if (!hasAnySum && this.#count !== undefined) return "a sum beside the count";
    if (this.#hasNegativeThreshold && this.#hasSum) return "no sum beside buckets with negative thresholds";
    if (!this.#hasNegativeThreshold && this.#gsum !== undefined && this.#gsum < 0) {
      return "a sum that is not negative, as no threshold is";
    }
    return undefined;
  }
}
