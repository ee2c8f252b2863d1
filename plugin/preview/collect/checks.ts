import type { Report } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";

/** The newest status of a service check for a set of tags. */
export interface Health {
  readonly status: number;
  readonly since: number;
  readonly at: number;
  readonly message: string;
}

/** Sets of tags that are kept at most. */
const MOST_CHECKS = 5_000;

/** What the newest statuses of service checks say, with their messages, which points do not keep. */
export class Checks {
  readonly #health = new Map<string, Health>();

  add(report: Pick<Report, "service_checks">, now: number): void {
    for (const { name, status, tags, message = "" } of report.service_checks) {
      const key = keyOf(name, tags);
      const before = this.#health.get(key);
      if (before === undefined && this.#health.size >= MOST_CHECKS) continue;
      const since = before?.status === status ? before.since : now;
      this.#health.set(key, { status, since, at: now, message: oneLine(message) });
    }
  }

  /** @param tags `name:value` */
  get(check: string, tags: readonly string[]): Health | undefined {
    return this.#health.get(keyOf(check, tags));
  }

  forget(before: number): void {
    for (const [key, { at }] of this.#health) if (at < before) this.#health.delete(key);
  }
}

/** Tags of points have the host of the agent besides, and their names are in small letters. */
function keyOf(check: string, tags: readonly string[]): string {
  const named = tags.map((tag) => {
    const at = tag.indexOf(":");
    return at < 0 ? tag.toLowerCase() : `${tag.slice(0, at).toLowerCase()}${tag.slice(at)}`;
  });
  return `${check}\n${named.filter((tag) => !tag.startsWith("host:") && tag.includes(":")).sort().join("\n")}`;
}
