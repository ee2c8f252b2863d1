/** Wrong usage or configuration: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(message: string, readonly hint?: string) {
    super(message);
  }
}
