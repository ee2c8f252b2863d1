/**
 * Text that others wrote, made safe to show.
 *
 * @module
 */
export { clipColumns, clipStart, displayWidth, padColumns } from "./display_width.ts";
export { clip, jsonLine, oneLine } from "./one_line.ts";
export { HIDDEN, hideSecrets } from "./secrets.ts";
