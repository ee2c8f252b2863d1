import type { ListedModel } from "./schemas.ts";
import type { DescribeModel, ModelDescription, Undescribed } from "./model_description.ts";
import type { ModelFilterOptions } from "./model_filter.ts";

/** The options that decide which models are described, and how many at once. */
export interface CrawlOptions extends ModelFilterOptions {
  readonly max_concurrency: number;
}

/**
 * Describes the first models of a long list while its next pages are asked for; they come one after the other, and each
 * says where the next one starts.
 *
 * As many models as are described at once are left until the list is whole: their requests end the connections.
 */
export class EarlyDescriptions {
  readonly #describe: DescribeModel;
  readonly #limit: number;
  readonly #atOnce: number;
  readonly #names = new Set<string>();
  readonly #started = new Map<ListedModel, Promise<ModelDescription | Undescribed>>();
  #waiting: ListedModel[] = [];
  #active = 0;

  /** @param options patterns may change the order of the whole list: with any, nothing is described early */
  constructor(describe: DescribeModel, { include, exclude, limit, max_concurrency }: CrawlOptions) {
    this.#describe = describe;
    const takesAll = include.length === 1 && include[0] === ".*" && exclude.length === 0;
    this.#limit = takesAll ? limit : 0;
    this.#atOnce = max_concurrency;
  }

  /** Takes a page of the list. */
  found(models: readonly ListedModel[]): void {
    for (const model of models) {
      if (this.#names.size >= this.#limit) break;
      if (this.#names.has(model.modelName)) continue;
      this.#names.add(model.modelName);
      this.#waiting.push(model);
    }
    this.#start();
  }

  /** The list is whole: no more are described early. */
  end(): void {
    this.#waiting = [];
  }

  /** The description of a model that was asked for early. */
  of(model: ListedModel): Promise<ModelDescription | Undescribed> | undefined {
    return this.#started.get(model);
  }

  #start(): void {
    // One request at a time is that for the next page.
    while (this.#active < this.#atOnce - 1 && this.#waiting.length > this.#atOnce) {
      const model = this.#waiting.shift();
      if (model === undefined) return;
      this.#active++;
      this.#started.set(
        model,
        this.#describe(model, true).finally(() => {
          this.#active--;
          this.#start();
        }),
      );
    }
  }
}
