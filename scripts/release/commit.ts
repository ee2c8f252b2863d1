import process from "node:process";
import { run } from "../run.ts";

/** The commit that something is built from. */
export interface Commit {
  /** Twelve digits, with `+changes` where files differ from it; `undefined` where there is no git to ask. */
  readonly id: string | undefined;
  /** Seconds since the epoch: the date of every file in a package. */
  readonly date: number;
}

/**
 * What git says; `SOURCE_DATE_EPOCH` and `TORCHSERVE_CHECK_COMMIT` say it in its place, as where the sources came
 * without their history.
 */
export async function sourceCommit(root: URL): Promise<Commit> {
  const { SOURCE_DATE_EPOCH: epoch, TORCHSERVE_CHECK_COMMIT: given } = process.env;
  const date = epoch === undefined ? undefined : Number(epoch);
  if (date !== undefined && !Number.isSafeInteger(date)) {
    throw new Error(`SOURCE_DATE_EPOCH is ${epoch}: expected seconds since the epoch`);
  }
  if (date !== undefined && given !== undefined) return { id: given, date };
  const git = async (...args: string[]) => {
    const { status, output } = await run(["git", ...args], { cwd: root, quiet: true, mayFail: true })
      .catch(() => ({ status: 1, output: "" }));
    return status === 0 ? output.trim() : undefined;
  };
  const said = await git("log", "-1", "--format=%H %ct");
  if (said === undefined) return { id: given, date: date ?? 0 };
  const [hash = "", committed = "0"] = said.split(" ");
  const changes = await git("status", "--porcelain");
  return {
    id: given ?? `${hash.slice(0, 12)}${changes === "" ? "" : "+changes"}`,
    date: date ?? Number(committed),
  };
}
