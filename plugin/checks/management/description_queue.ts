import { mapConcurrently } from "../../runtime/concurrency.ts";
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
 * described meanwhile (bench: crawl of 1000 models: nothing measurable where the server answers at once, a seventh of the
 * time where it takes 5 ms). As many as are described at once are left until the list is whole: their requests end the
 * connections.
 *
 * The client bounds how many requests are on their way as well, for every caller. With that bound alone, a list of 100,000
 * models would be as many requests that wait, each with its clocks, and nobody would know which are the last.
 */
export class DescriptionQueue {
  readonly #describe: DescribeModel;
  readonly #atOnce: number;
  /** How many models may be described before the list is whole. */
  readonly #early: number;
  readonly #names = new Set<string>();
  readonly #started = new Map<ListedModel, Promise<Description>>();
  #waiting: ListedModel[] = [];
  #next = 0;
  #active = 0;

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
    this.#startEarly();
  }

  /**
   * The list is whole: describes those that were chosen from it. Those that are being described already come first among
   * them, and each is waited for in place of another one: the bound holds.
   *
   * @returns in the order of the models
   * @throws what is a fault of this program: failures are values
   */
  async describe(chosen: readonly ListedModel[]): Promise<Description[]> {
    this.#waiting = [];
    return await mapConcurrently(
      chosen,
      this.#atOnce,
      (model, i) => this.#started.get(model) ?? this.#describe(model, i + this.#atOnce < chosen.length),
    );
  }

  #startEarly(): void {
    while (this.#active < this.#atOnce - 1 && this.#waiting.length - this.#next > this.#atOnce) {
      const model = this.#waiting[this.#next++];
      if (model === undefined) break;
      this.#active++;
      const description = this.#describe(model, true);
      this.#started.set(model, description);
      const ended = () => {
        this.#active--;
        this.#startEarly();
      };
      description.then(ended, ended);
    }
  }
}
