/** Wrong usage or configuration: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /** @param hint what to do: nobody is left alone with a refusal */
  constructor(message: string, readonly hint: string) {
    super(message);
  }
}

/** What to do about a configuration without instances. */
export const NO_INSTANCES = "add one: torchserve-check config example prints a file with all that it may hold";
