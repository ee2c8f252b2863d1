import process from "node:process";
import type { Owner, Root } from "./root.ts";

/** Who may own what in a file system, by the names that it knows. */
export class Owners {
  readonly #root: Root;
  #groups: Promise<ReadonlyMap<string, number>> | undefined;

  /** @param isRoot whether owners may be given: only root may */
  constructor(root: Root, readonly isRoot = process.getuid?.() === 0) {
    this.#root = root;
  }

  /** Root, and a group by its name, or root's own where the machine has none of that name. */
  async rootAnd(group: string | undefined): Promise<Owner | undefined> {
    if (!this.isRoot) return undefined;
    return { uid: 0, gid: group === undefined ? 0 : await this.group(group) ?? 0 };
  }

  /** The number of a group, from the machine's own list (group(5)); `undefined` where it has none of that name. */
  async group(name: string): Promise<number | undefined> {
    const groups = await (this.#groups ??= this.#readGroups());
    return groups.get(name);
  }

  async #readGroups(): Promise<ReadonlyMap<string, number>> {
    const text = await this.#root.readText("/etc/group") ?? "";
    const groups = new Map<string, number>();
    for (const line of text.split("\n")) {
      const [name = "", , number = ""] = line.split(":");
      if (/^\d{1,10}$/.test(number) && !groups.has(name)) groups.set(name, Number(number));
    }
    return groups;
  }
}
