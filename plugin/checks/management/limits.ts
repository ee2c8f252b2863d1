import { clip, oneLine } from "../../text/mod.ts";
import { hasManyJsonValues, MAX_JSON_VALUES, TargetError } from "../../torchserve/mod.ts";
import type { HttpResponse } from "../../http/mod.ts";

// What a crawl holds at most, so that no server makes a process grow beyond 400 MB, whatever it sends
// (test/faults/crawl_memory.test.ts). A TorchServe of this size does not exist.

/** Longest name of a model, in characters; a URL with a longer one is none that TorchServe reads. */
export const MAX_NAME = 1_000;
/** Models of a page; TorchServe gives 100. */
export const MAX_PAGE_MODELS = 10_000;
/** Models of a list. */
export const MAX_MODELS = 100_000;
/** Names and files of a list together, in characters. */
export const MAX_LIST_CHARACTERS = 16 * 1024 * 1024;
/** Events of a run. */
export const MAX_EVENTS = 10_000;
/** A page of the list, in bytes. */
export const MAX_PAGE_BYTES = 8 * 1024 * 1024;
/** Versions, and workers of all versions, of one model. */
const MAX_VERSIONS = 1_000;
const MAX_WORKERS = 5_000;
/** Versions, workers and bytes of all descriptions of a run. */
const MAX_ALL_VERSIONS = 20_000;
const MAX_ALL_WORKERS = 30_000;
const MAX_ALL_BYTES = 32 * 1024 * 1024;
/** Bytes of descriptions that are held as they came; of further ones only what is read of them. */
const MAX_BYTES_AS_CAME = 4 * 1024 * 1024;
/** Most bytes of the descriptions that come at the same time, and of one. */
const MAX_BYTES_AT_ONCE = 64 * 1024 * 1024;
const MAX_DESCRIPTION_BYTES = 4 * 1024 * 1024;

/** Most bytes of one description, where so many come at once. */
export function descriptionBytes(atOnce: number): number {
  return Math.min(MAX_DESCRIPTION_BYTES, Math.floor(MAX_BYTES_AT_ONCE / atOnce));
}

/** What nearly all names are made of: they are shown as they are (bench: crawl of 1000 models). */
const HARMLESS = /^[ -~]{0,1000}$/;

/** A foreign text as it is shown in tags and events. */
export function shown(text: string): string {
  if (HARMLESS.test(text)) return text;
  return oneLine(clip(text, MAX_NAME));
}

/** @throws {TargetError} `limit`, for JSON that would take far more memory than its text */
export function assertReadable({ body, url }: HttpResponse): void {
  if (body.length <= MAX_JSON_VALUES || !hasManyJsonValues(body)) return;
  throw new TargetError(
    "limit",
    `${url} answered JSON that is not read: limit ${MAX_JSON_VALUES} values, seen more`,
    undefined,
    { reason: "too_large" },
  );
}

/** What the descriptions of a run may hold together, and what was left out of them. */
export class DescriptionLimits {
  #versions = MAX_ALL_VERSIONS;
  #workers = MAX_ALL_WORKERS;
  #bytes = MAX_ALL_BYTES;

  /**
   * Cuts the lists of versions and workers in the JSON of a description.
   *
   * @returns what was left out, in words
   */
  cut(versions: unknown): string[] {
    if (!Array.isArray(versions)) return [];
    const said: string[] = [];
    const seenVersions = versions.length;
    const mostVersions = Math.min(MAX_VERSIONS, this.#versions);
    if (seenVersions > mostVersions) {
      versions.length = mostVersions;
      said.push(leftOut("versions", mostVersions, seenVersions));
    }
    this.#versions -= versions.length;
    const most = Math.min(MAX_WORKERS, this.#workers);
    let left = most;
    let seen = 0;
    for (const version of versions as readonly ({ readonly workers?: unknown } | null)[]) {
      const workers = version?.workers;
      if (!Array.isArray(workers)) continue;
      seen += workers.length;
      if (workers.length > left) workers.length = left;
      left -= workers.length;
    }
    this.#workers -= most - left;
    if (seen > most) said.push(leftOut("workers", most, seen));
    return said;
  }

  /**
   * Takes the bytes of a description.
   *
   * @returns whether it may be held as it came
   * @throws {TargetError} `limit`, when the descriptions of this run have too many bytes together
   */
  hold({ body, url }: HttpResponse): boolean {
    this.#bytes -= body.length;
    if (this.#bytes >= 0) return MAX_ALL_BYTES - this.#bytes <= MAX_BYTES_AS_CAME;
    throw new TargetError(
      "limit",
      `${url} answered ${body.length} bytes: the descriptions of a run may have ${MAX_ALL_BYTES} bytes together`,
      "watch the models in several instances, each with another include",
      { reason: "too_large" },
    );
  }
}

function leftOut(what: string, most: number, seen: number): string {
  return `${what}: limit ${most}, seen ${seen}, dropped ${seen - most}`;
}
