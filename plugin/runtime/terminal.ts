import process from "node:process";

declare const Bun: object | undefined;

/** What Bun has of the modules behind `node:tty`. */
interface TtyBinding {
  readonly isTTY: (fd: number) => boolean;
}

/**
 * Whether a person sits at a stream. `process.stdin` and `node:tty` would tell as well, but a start on Bun would take two
 * milliseconds more of ten (bench: start).
 *
 * @param fd 0: stdin, 1: stdout
 */
export function isTerminal(fd: 0 | 1): boolean {
  if (typeof Bun === "undefined") return (fd === 0 ? Deno.stdin : Deno.stdout).isTerminal();
  const { binding } = process as { binding?: (name: "tty_wrap") => TtyBinding };
  return (binding?.("tty_wrap").isTTY ?? process.getBuiltinModule("node:tty").isatty)(fd);
}
