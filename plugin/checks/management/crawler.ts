import type { HttpClient } from "../../http/mod.ts";
import { type CrawlOptions, type Description, DescriptionQueue } from "./description_queue.ts";
import { type DescriberOptions, ModelDescriber, type ModelDescription } from "./model_description.ts";
import { modelFilter } from "./model_filter.ts";
import { fetchModelList, type ModelList } from "./model_list.ts";
import type { ListedModel } from "./schemas.ts";

/** What a crawl found. */
export interface Crawl {
  readonly list: ModelList;
  /** The list is the remembered one. */
  readonly isCached: boolean;
  readonly chosen: readonly ListedModel[];
  /** How many models the patterns chose, before the limit. */
  readonly matching: number;
  /** Of the chosen models, in their order. */
  readonly descriptions: readonly Description[];
}

/** The clients for the two kinds of request. */
export interface CrawlClients {
  readonly listing: HttpClient;
  readonly describing: HttpClient;
}

/** Lists models and describes those that the instance chooses. */
export class Crawler {
  readonly #clients: CrawlClients;
  readonly #endpoint: string;
  readonly #options: CrawlOptions & DescriberOptions;
  readonly #describer: ModelDescriber;
  /** What is described already. */
  readonly #known = new Map<string, ModelDescription>();

  constructor(clients: CrawlClients, endpoint: string, options: CrawlOptions & DescriberOptions) {
    this.#clients = clients;
    this.#endpoint = endpoint;
    this.#options = options;
    this.#describer = new ModelDescriber(clients.describing, endpoint, options);
  }

  /** Whether the server gives only the default version of each model. */
  get describesDefaultsOnly(): boolean {
    return this.#describer.describesDefaultsOnly;
  }

  /**
   * @param cached the remembered list, where it is still good; when a model of it is gone, a new one is asked for
   * @throws {TargetError} when the list cannot be used
   * @throws {HttpError} when it does not come
   */
  async crawl(cached: ModelList | undefined): Promise<Crawl> {
    const crawl = await this.#crawlOnce(cached);
    if (cached === undefined || !crawl.descriptions.some(isGone)) return crawl;
    for (const description of crawl.descriptions) {
      if (!("error" in description)) this.#known.set(description.model.modelName, description);
    }
    return await this.#crawlOnce(undefined);
  }

  async #crawlOnce(cached: ModelList | undefined): Promise<Crawl> {
    const queue = new DescriptionQueue((model, more) => this.#describe(model, more), this.#options);
    const list = cached ??
      await fetchModelList(
        this.#clients.listing,
        this.#endpoint,
        this.#options.max_response_bytes,
        (models) => queue.found(models),
      );
    const choose = await modelFilter(this.#options);
    const { chosen, matching } = choose(list.models);
    const descriptions = await queue.describe(chosen);
    return { list, isCached: cached !== undefined, chosen, matching, descriptions };
  }

  #describe(model: ListedModel, more: boolean): Promise<Description> {
    const known = this.#known.get(model.modelName);
    // Which version is the default follows from the file in the list.
    if (known !== undefined && known.model.modelUrl === model.modelUrl) return Promise.resolve(known);
    return this.#describer.describe(model, more);
  }
}

/** Whether the server does not know a model any more. */
function isGone(description: Description): boolean {
  return "error" in description && description.reason === "no_such_model";
}
