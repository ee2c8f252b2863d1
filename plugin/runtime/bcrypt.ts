/** What is used of Bun's own password functions, which work in a thread of their own. */
declare const Bun: {
  readonly password: { verify(password: string, hash: string, algorithm: "bcrypt"): Promise<boolean> };
} | undefined;

/**
 * Whether a password is the one of a bcrypt hash (`$2a$`, `$2b$`, `$2y$`). It takes as long as the hash's cost says:
 * about 60 ms for 10.
 */
export async function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  if (typeof Bun !== "undefined") return await Bun.password.verify(password, hash, "bcrypt");
  const { compare } = await import("bcryptjs");
  return await compare(password, hash);
}
