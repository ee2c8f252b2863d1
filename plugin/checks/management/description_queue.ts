import type { DescribeModel, ModelDescription, Undescribed } from "./model_description.ts";
import type { ModelFilterOptions } from "./model_filter.ts";
import type { ListedModel } from "./schemas.ts";

/** The options that decide which models are described, and how many at once. */
export interface CrawlOptions extends ModelFilterOptions {
  readonly max_concurrency: number;
}

/** What became of a model. */
export type Description = ModelDescription | Undescribed;

/**
 * Describes models, at most `max_concurrency` at once, and, while the pages of the list still come, one less: the request
 * for the next page is one of them.
 *
 * Pages come one after the other, and each says where the next one starts. So the first models of a long list are
 * described meanwhile (bench: crawl of 1000 models, one-shot). As many as are described at once are left until the list is
 * whole: their requests end the connections.
 */
export class DescriptionQueue {
  readonly #describe: DescribeModel;
  readonly #atOnce: number;
  /** How many models may be described before the list is whole. */
  readonly #early: number;
  readonly #names = new Set<string>();
  readonly #descriptions = new Map<ListedModel, Description>();
  #started = new Set<ListedModel>();
  #waiting: ListedModel[] = [];
  #next = 0;
  #active = 0;
  /** Set once the list is whole. */
  #whole: PromiseWithResolvers<void> | undefined;

  /** @param options patterns may change the order of the whole list: with any, nothing is described early */
  constructor(describe: DescribeModel, { include, exclude, limit, max_concurrency }: CrawlOptions) {
    this.#describe = describe;
    const takesAll = include.length === 1 && include[0] === ".*" && exclude.length === 0;
    this.#early = takesAll ? limit : 0;
    this.#atOnce = max_concurrency;
  }

  /** Takes a page of the list. */
  found(models: readonly ListedModel[]): void {
    for (const model of models) {
      if (this.#names.size >= this.#early) break;
      if (this.#names.has(model.modelName)) continue;
      this.#names.add(model.modelName);
      this.#waiting.push(model);
    }
    this.#startNext();
  }

  /**
   * The list is whole: describes those that were chosen from it, as far as they are not described yet.
   *
   * @returns in the order of the models
   */
  async describe(chosen: readonly ListedModel[]): Promise<Description[]> {
    this.#waiting = chosen.filter((model) => !this.#started.has(model));
    this.#next = 0;
    this.#whole = Promise.withResolvers();
    this.#startNext();
    await this.#whole.promise;
    return chosen.flatMap((model) => this.#descriptions.get(model) ?? []);
  }

  #startNext(): void {
    const isWhole = this.#whole !== undefined;
    const atOnce = isWhole ? this.#atOnce : this.#atOnce - 1;
    const kept = isWhole ? 0 : this.#atOnce;
    while (this.#active < atOnce && this.#waiting.length - this.#next > kept) {
      const model = this.#waiting[this.#next++];
      const more = !isWhole || this.#waiting.length - this.#next >= this.#atOnce;
      if (model !== undefined) this.#start(model, more);
    }
    if (this.#active === 0) this.#whole?.resolve();
  }

  #start(model: ListedModel, more: boolean): void {
    this.#active++;
    this.#started.add(model);
    this.#describe(model, more).then(
      (description) => {
        this.#descriptions.set(model, description);
        this.#active--;
        this.#startNext();
      },
      (thrown) => {
        // Failures are values; what is thrown is a fault of this program, and nothing more is started.
        this.#active--;
        this.#waiting = [];
        this.#whole ??= Promise.withResolvers();
        this.#whole.promise.catch(() => {});
        this.#whole.reject(thrown);
      },
    );
  }
}
