/**
 * Text that others wrote, made safe to show.
 *
 * @module
 */
export { clip, jsonLine, oneLine } from "./one_line.ts";
export { HIDDEN, hideSecrets } from "./secrets.ts";
