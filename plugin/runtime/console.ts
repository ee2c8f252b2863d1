/**
 * stdout belongs to the protocol. This module is imported before all others: whatever a library prints goes to stderr.
 */
import process from "node:process";
import { writeStderr } from "./stdout.ts";

for (const method of ["log", "info", "debug", "warn", "error", "trace", "dir", "table"] as const) {
  globalThis.console[method] = (...args: unknown[]) => {
    // Loaded when something is printed: importing it would cost every start a millisecond.
    writeStderr(process.getBuiltinModule("node:util").format(...args));
  };
}
