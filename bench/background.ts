/** A program that runs beside the measurements and says on its first lines where it listens. */
export interface Background {
  /** What it wrote until the pattern was found, and the pattern's groups. */
  readonly found: RegExpExecArray;
  readonly close: () => Promise<void>;
}

/**
 * Starts a program and waits until what it writes to stdout matches.
 *
 * @throws {Error} when it ends before that
 */
export async function startBackground(command: readonly string[], pattern: RegExp): Promise<Background> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let found: RegExpExecArray | null = null;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${command.join(" ")} ended: ${text}`);
    text += value;
    found = pattern.exec(text);
    if (found === null) continue;
    const close = async () => {
      child.kill("SIGTERM");
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    };
    return { found, close };
  }
}
