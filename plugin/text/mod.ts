/**
 * Text that others wrote, made safe to show.
 *
 * @module
 */
export { clip, oneLine } from "./one_line.ts";
