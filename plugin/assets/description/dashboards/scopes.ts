/** The scopes of queries: which template variables filter them. */

/** Of metrics that tell of a whole server. */
export const SERVER = "{$host,$service}";
/** Of metrics that tell of a model. */
export const MODEL = "{$host,$service,$model_name}";
/** Of metrics of the management API that tell of a version; those of the metrics endpoint have other versions. */
export const VERSION = "{$host,$service,$model_name,$model_version}";

const O = "torchserve.openmetrics";

/** Requests to models in each interval. */
export const INFERENCES = `sum:${O}.inference.count${MODEL}.as_count()`;
/** Microseconds that these took, all together, waiting included. */
export const LATENCY = `sum:${O}.inference.latency.count${MODEL}.as_count()`;
/** Microseconds that these waited, all together. */
export const WAITING = `sum:${O}.queue.latency.count${MODEL}.as_count()`;

/** The same query by a tag. */
export const by = (query: string, ...tags: readonly string[]): string => query.replace("}", `} by {${tags.join(",")}}`);
