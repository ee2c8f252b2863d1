/**
 * Queries in the language of Prometheus, translated from those of dashboards.
 *
 * @module
 */
export { promqlOfFormula } from "./formula.ts";
export { labelOf, type PromqlContext, promqlOf, selector } from "./query.ts";
