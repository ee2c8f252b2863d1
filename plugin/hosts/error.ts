/** An installation that cannot be done as it should: what happened, where, and what to do. */
export class InstallError extends Error {
  override readonly name = "InstallError";

  constructor(message: string, readonly hint?: string) {
    super(message);
  }
}
