import * as v from "valibot";
import { mapConcurrently } from "../../runtime/concurrency.ts";
import { ApiError } from "./api.ts";
import type { Outcome } from "./thing.ts";

/** Writes that are under way at once. */
const AT_ONCE = 4;

/** What is done, one part after the other, until the keys are refused or nothing answers. */
export class Work {
  readonly outcomes: Outcome[] = [];
  readonly #onOutcome: (outcome: Outcome) => void;
  /** Why nothing more is asked. */
  #end: string | undefined;

  /** @param onOutcome is told of each outcome when it is known */
  constructor(onOutcome: (outcome: Outcome) => void) {
    this.#onOutcome = onOutcome;
  }

  /** Does something for each, some at once. */
  async all<Item>(
    items: readonly Item[],
    nameOf: (item: Item) => string,
    work: (item: Item) => Promise<Outcome>,
  ): Promise<void> {
    await mapConcurrently(items, AT_ONCE, async (item) => {
      const outcome = await this.ask(nameOf(item), () => work(item));
      if (outcome !== undefined) this.#tell(outcome);
    });
  }

  /** The answer; `undefined`, and an outcome that says so, when there is none. */
  async ask<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.#end !== undefined) {
      this.#tell({ what, done: "skipped", detail: this.#end });
      return undefined;
    }
    try {
      return await work();
    } catch (error) {
      if (v.isValiError(error)) {
        this.#tell({ what, done: "failed", detail: `an answer is not what the API describes: ${placeOf(error)}` });
        return undefined;
      }
      if (!(error instanceof ApiError)) throw error;
      if (error.isRefusal) this.#end = "the keys were refused before";
      if (error.isSilence) this.#end ??= "nothing answered before";
      this.#tell({ what, done: error.isRefusal ? "refused" : "failed", detail: error.message });
      return undefined;
    }
  }

  #tell(outcome: Outcome): void {
    this.outcomes.push(outcome);
    this.#onOutcome(outcome);
  }
}

/** What was wrong in an answer, without its text, which is foreign. */
function placeOf({ issues }: { readonly issues: readonly v.BaseIssue<unknown>[] }): string {
  return issues.slice(0, 3).map((issue) => `${v.getDotPath(issue) ?? "all of it"}: expected ${issue.expected}`)
    .join(", ");
}
