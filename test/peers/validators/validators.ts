import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Validator } from "./mistakes.ts";
import { prepareValidators } from "./prepare.ts";

/** What a validator said. */
export interface Verdict {
  /** 0 where it found nothing. */
  readonly status: number;
  readonly output: string;
}

/** Datadog's validators, ready to run: one Python process for all of them. */
export interface Validators {
  validate(directory: string, validator: Validator): Promise<Verdict>;
  end(): void;
}

/** Starts the validators; installs them first, where that was not done yet. */
export async function startValidators(): Promise<Validators> {
  const program = fileURLToPath(new URL("validate.py", import.meta.url));
  const child = spawn(await prepareValidators(), [program], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      NO_COLOR: "1",
      COLUMNS: "200",
    },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async validate(directory, validator) {
      child.stdin.write(`${JSON.stringify({ directory, validator })}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the validators' process ended; what it said is above");
      return JSON.parse(value) as Verdict;
    },
    end: () => child.stdin.end(),
  };
}
