/**
 * What is wrong with a TorchServe, why, and what to do. Facts are gathered first, by asking and reading only; then judged,
 * without asking anybody; then shown.
 *
 * @module
 */
export { type Examination, examine, type Subject } from "./examine.ts";
export { type FindingId, type FindingKind, FINDINGS } from "./catalogue.ts";
export type { Finding, Level } from "./finding.ts";
export { MARKS, renderJson, renderText } from "./render.ts";
