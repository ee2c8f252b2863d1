import { createHash } from "node:crypto";
import { constants, createReadStream, type Stats } from "node:fs";
import {
  chmod,
  copyFile,
  lchown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import { temporaryName } from "../runtime/replace_file.ts";
import { errorCode } from "../runtime/stdout.ts";
import { InstallError } from "./error.ts";

const MAX_LINKS = 40;
/** The largest file that is read as text, in bytes. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** What a file is to hold. */
export type Content =
  | { readonly text: string }
  /** A copy of a file of this machine. */
  | { readonly copyOf: string }
  /** A symbolic link to a path as the host sees it. */
  | { readonly linkTo: string };

/** Who owns a file, by number. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What is at a path. */
export type Found =
  | { readonly kind: "nothing" }
  | { readonly kind: "directory" }
  | { readonly kind: "file"; readonly digest: string; readonly mode: number }
  | { readonly kind: "link"; readonly digest: string }
  | { readonly kind: "other" };

/**
 * The file system of a machine, or of an image below a directory. Paths are absolute, as programs of that machine see
 * them. Links are followed as those programs would, never out of the directory, and only those that root or we made:
 * whoever owns a directory of a host could make others lead anywhere. The last part of a path is never followed.
 */
export class Root {
  #real: string | undefined;

  /** @param directory `/`, or where the image lies */
  constructor(readonly directory: string) {}

  /** What is at a path. */
  async find(path: string): Promise<Found> {
    const place = await this.#place(path);
    const stat = place === undefined ? undefined : await lstatOf(place);
    if (place === undefined || stat === undefined) return { kind: "nothing" };
    if (stat.isDirectory()) return { kind: "directory" };
    if (stat.isSymbolicLink()) return { kind: "link", digest: await digestOf({ linkTo: await readlink(place) }) };
    if (!stat.isFile()) return { kind: "other" };
    return { kind: "file", digest: await digestOf({ copyOf: place }), mode: stat.mode & 0o7777 };
  }

  /** The text of a file; `undefined` where there is none. */
  async readText(path: string): Promise<string | undefined> {
    const place = await this.#place(path);
    const stat = place === undefined ? undefined : await lstatOf(place);
    if (place === undefined || !stat?.isFile()) return undefined;
    if (stat.size > MAX_TEXT_BYTES) throw new InstallError(`${path} has ${stat.size} bytes: more than it can have`);
    return await readFile(place, "utf8");
  }

  /** The names in a directory; none where it is not there. */
  async names(path: string): Promise<readonly string[]> {
    const place = await this.#place(path);
    return place === undefined ? [] : await readdir(place).catch(() => []);
  }

  /** Where a path lies on this machine, if all of its directories are there. */
  async onThisMachine(path: string): Promise<string | undefined> {
    return await this.#place(path);
  }

  /**
   * Puts a file there, by way of a temporary one beside it: a reader, and a kill at any moment, see the old one or the
   * new one. Directories are made as needed.
   *
   * @param owner who is to own it; `undefined`: who runs this
   * @returns the directories that were made, outermost first
   */
  async write(path: string, content: Content, mode: number, owner: Owner | undefined): Promise<readonly string[]> {
    const { directory, made } = await this.#makeDirectories(path);
    const temporary = join(directory, temporaryName());
    try {
      if ("linkTo" in content) await symlink(content.linkTo, temporary);
      else {
        if ("text" in content) await writeFile(temporary, content.text, { flag: "wx", mode: 0o600 });
        else await copyFile(content.copyOf, temporary, constants.COPYFILE_EXCL);
        // By its handle: the name may be another file's by now.
        const file = await open(temporary, process.platform === "win32" ? "r+" : "r");
        try {
          if (owner !== undefined) await file.chown(owner.uid, owner.gid);
          await file.chmod(mode);
          await file.sync();
        } finally {
          await file.close();
        }
      }
      if ("linkTo" in content && owner !== undefined) await lchown(temporary, owner.uid, owner.gid);
      await rename(temporary, join(directory, nameOf(path)));
    } catch (thrown) {
      await rm(temporary, { force: true }).catch(() => {});
      throw thrown;
    }
    return made;
  }

  /** Gives a file another mode. */
  async setMode(path: string, mode: number): Promise<void> {
    const place = await this.#place(path);
    if (place !== undefined) await chmod(place, mode);
  }

  /** Keeps a file under another name beside it. */
  async setAside(path: string, name: string): Promise<void> {
    const place = await this.#place(path);
    const directory = await this.#directory(path);
    if (place !== undefined && directory.missing.length === 0) await rename(place, join(directory.place, name));
  }

  /** Removes a file or a link. */
  async remove(path: string): Promise<void> {
    const place = await this.#place(path);
    if (place !== undefined) await rm(place, { force: true });
  }

  /** Removes a directory if nothing is in it; returns whether it is gone. */
  async removeEmpty(path: string): Promise<boolean> {
    const place = await this.#place(path);
    if (place === undefined) return true;
    return await rmdir(place).then(() => true, () => false);
  }

  async #makeDirectories(path: string): Promise<{ directory: string; made: readonly string[] }> {
    const { place, missing, seen } = await this.#directory(path);
    const made: string[] = [];
    let [at, as] = [place, seen];
    for (const name of missing) {
      [at, as] = [join(at, name), `${as === "/" ? "" : as}/${name}`];
      await mkdir(at, { mode: 0o755 });
      // Whatever the umask is.
      await chmod(at, 0o755);
      made.push(as);
    }
    return { directory: at, made };
  }

  /** Where a path is on this machine; `undefined` where a directory of it is not there. */
  async #place(path: string): Promise<string | undefined> {
    const { place, missing } = await this.#directory(path);
    return missing.length > 0 ? undefined : join(place, nameOf(path));
  }

  /** The directory of a path as far as it is there, how it is called, and the names that are not there. */
  async #directory(path: string): Promise<{ place: string; seen: string; missing: readonly string[] }> {
    const real = this.#real ??= await realpath(this.directory).catch(() => {
      throw new InstallError(`${this.directory} is not there`, "give --root a directory");
    });
    const left = partsOf(path).slice(0, -1);
    const above: string[] = [];
    let links = 0;
    while (left.length > 0) {
      const name = left[0] ?? "";
      const place = join(real, ...above, name);
      const stat = name === ".." ? undefined : await lstatOf(place);
      if (name === "..") above.pop();
      else if (stat === undefined) break;
      else if (stat.isSymbolicLink()) {
        if (++links > MAX_LINKS) throw new InstallError(`${path} leads through more than ${MAX_LINKS} links`);
        refuseForeign(stat, `/${[...above, name].join("/")}`, path);
        const target = await readlink(place);
        if (target.startsWith("/")) above.length = 0;
        left.splice(1, 0, ...partsOf(target));
      } else if (stat.isDirectory()) above.push(name);
      else throw new InstallError(`${path}: /${[...above, name].join("/")} is no directory`);
      left.shift();
    }
    return { place: join(real, ...above), seen: `/${above.join("/")}`, missing: left };
  }
}

/** A link of another user's may have been made to have us write elsewhere. */
function refuseForeign({ uid }: Stats, link: string, path: string): void {
  if (process.platform === "win32" || uid === 0 || uid === process.getuid?.()) return;
  throw new InstallError(
    `${path} leads through ${link}, a link that user ${uid} made`,
    "make it root's, or a directory, if it is meant to be there",
  );
}

/** The parts of a path. The drive of Windows is one only where no image is written: there it has no place. */
function partsOf(path: string): string[] {
  return path.replace(/^[A-Za-z]:/, "").split(/[/\\]/).filter((part) => part !== "" && part !== ".");
}

const nameOf = (path: string) => partsOf(path).at(-1) ?? "";

async function lstatOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(thrown))) return undefined;
    throw thrown;
  }
}

/** The SHA-256 digest of what a file holds, or of where a link leads. */
export async function digestOf(content: Content): Promise<string> {
  const digest = createHash("sha256");
  if ("linkTo" in content) digest.update(`link ${content.linkTo}`);
  else if ("text" in content) digest.update(content.text);
  else await pipeline(createReadStream(content.copyOf), digest);
  return digest.digest("hex");
}
