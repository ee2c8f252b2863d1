import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { User } from "./machine.ts";

const READ = 4;
const ENTER = 1;

/**
 * The first file or folder on a path that keeps a user from reading it, by owner, group and mode (path_resolution(7));
 * `undefined` where nothing does, and where it cannot be told. Access control lists are not looked at.
 */
export async function barrierFor(user: User, path: string): Promise<string | undefined> {
  if (user.uid === 0) return undefined;
  const folders: string[] = [];
  for (let folder = dirname(path); !folders.includes(folder); folder = dirname(folder)) folders.push(folder);
  for (const folder of folders.reverse()) {
    const allowed = await mayAccess(user, folder, ENTER);
    if (allowed === undefined) return undefined;
    if (!allowed) return folder;
  }
  return (await mayAccess(user, path, READ)) === false ? path : undefined;
}

async function mayAccess({ uid, gids }: User, path: string, wanted: number): Promise<boolean | undefined> {
  try {
    const found = await stat(path);
    const shift = found.uid === uid ? 6 : gids.has(found.gid) ? 3 : 0;
    return ((found.mode >> shift) & wanted) === wanted;
  } catch {
    return undefined;
  }
}
