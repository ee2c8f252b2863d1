import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { isMapping } from "./schemas.ts";
import { isSecretHandle, unresolvedTemplate } from "./templates.ts";

/** Names that mean something to JavaScript itself. */
const RESERVED = new Set(["__proto__", "prototype", "constructor"]);

/** How many values of a file may still be read. */
export interface FileValues {
  left: number;
}

/** What may be read of one file. */
export const fileValues = (): FileValues => ({ left: LIMITS.fileValues });

/**
 * A copy of a value from a file that is safe to work on: members that are `null` are left out (null means 'not set'),
 * names that JavaScript gives a meaning are refused, depth and size are bounded, and what the host agent should have
 * put in place of secrets (`ENC[…]`) and template variables (`%%host%%`) is reported.
 *
 * @param file what may still be read of the file that the value stands in.
 * @returns the copy, or `undefined` when a bound was exceeded; the issue says which.
 */
export function clean(value: unknown, path: string, issues: IssueList, file: FileValues = { left: Infinity }): unknown {
  const cleaner = new Cleaner(issues, file);
  const copy = cleaner.copy(value, path, 0);
  return cleaner.exceeded ? undefined : copy;
}

class Cleaner {
  readonly #issues: IssueList;
  readonly #file: FileValues;
  #values = 0;
  exceeded = false;

  constructor(issues: IssueList, file: FileValues) {
    this.#issues = issues;
    this.#file = file;
  }

  copy(value: unknown, path: string, depth: number): unknown {
    if (this.exceeded) return undefined;
    if (++this.#values > LIMITS.instanceValues) {
      return this.#exceed(path, `Found more than ${LIMITS.instanceValues} values`);
    }
    if (--this.#file.left < 0) return this.#exceed(path, `Found more than ${LIMITS.fileValues} values in the file`);
    if (typeof value === "string") return this.#text(value, path);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= LIMITS.nesting) return this.#exceed(path, `Found more than ${LIMITS.nesting} levels of nesting`);
    if (Array.isArray(value)) return value.map((item, i) => this.copy(item, child(path, i), depth + 1));
    return isMapping(value) ? this.#mapping(value, path, depth) : value;
  }

  #mapping(value: Record<string, unknown>, path: string, depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const at = child(path, name);
      if (RESERVED.has(name)) {
        this.#issues.error(at, `Found the name ${name}, which is reserved; expected another name.`);
        continue;
      }
      const member = this.copy(value[name], at, depth + 1);
      if (member !== null && member !== undefined) copy[name] = member;
    }
    return copy;
  }

  #text(value: string, path: string): unknown {
    if (value.length > LIMITS.textCharacters) return this.#exceed(path, `Found a string of ${value.length} characters`);
    if (isSecretHandle(value)) {
      this.#issues.error(
        path,
        "Found a secret handle (ENC[...]) that was not resolved; expected the secret itself: the host agent puts it in " +
          "place before it runs the check.",
      );
    } else {
      const unresolved = unresolvedTemplate(value);
      if (unresolved !== undefined) this.#issues.error(path, unresolved);
    }
    return value;
  }

  #exceed(path: string, what: string): undefined {
    if (!this.exceeded) {
      this.#issues.error(
        path,
        `${what}; expected at most ${LIMITS.nesting} levels, ${LIMITS.instanceValues} values and strings of ${LIMITS.textCharacters} characters.`,
      );
    }
    this.exceeded = true;
    return undefined;
  }
}
