/**
 * JSON-RPC 2.0 with a host agent, over stdin and stdout (docs/protocol.md).
 *
 * @module
 */
export { serveStdio } from "./stdio.ts";
