import type { State } from "../report/mod.ts";
import { Instance, makeShared, type Shared } from "../run/mod.ts";
import { Gate, type GateRules } from "./gate.ts";
import { instanceOptions, type Module } from "./settings.ts";
import type { Endpoint, Target } from "./target.ts";

/** One API of a target that is kept: its instance, and what its reports are rid of. */
export interface KeptEndpoint extends Endpoint {
  /** What is kept between its runs. */
  readonly instance: Instance<undefined>;
  readonly options: Readonly<Record<string, unknown>>;
  /** `options` as JSON. */
  readonly text: string;
  /** Tags that its reports are rid of. */
  readonly unwanted: ReadonlySet<string>;
}

/** All that is kept of a target and a module between probes. */
export class KeptTarget {
  /** Probes that are under way. */
  inFlight = 0;
  readonly host: string;
  readonly endpoints: readonly KeptEndpoint[];
  readonly gate: Gate;
  /** What rendering its last probe left: running totals. */
  formatState: State | undefined;
  /** Probes of one target are rendered one after the other, since each adds to the totals. */
  rendering: Promise<unknown> = Promise.resolve();
  readonly #others: Shared;
  #shared: Promise<Shared> | undefined;

  /** @param others what probes of all targets share */
  constructor({ host, endpoints }: Target, module: Module, rules: GateRules, others: Shared) {
    this.host = host;
    this.gate = new Gate(rules);
    this.#others = others;
    this.endpoints = endpoints.map((endpoint) => keepEndpoint(endpoint, module));
  }

  /** What the runs of this target share: all that those of others do, but the addresses that were checked. */
  shared(): Promise<Shared> {
    return this.#shared ??= makeShared(this.#others, this.gate.lookup);
  }

  /** Whether every endpoint may be asked; see {@linkcode Gate.admit}. */
  async admit(): Promise<void> {
    await this.#fresh(this.host, await this.gate.admit(this.host, this.endpoints.map(({ port }) => port)));
  }

  /** Whether a redirect may be followed; see {@linkcode Gate.mayFollow}. */
  readonly mayFollow = async (to: URL): Promise<void> => {
    await this.#fresh(to.hostname, await this.gate.mayFollow(to));
  };

  async #fresh(host: string, isChanged: boolean): Promise<void> {
    if (isChanged) (await this.shared()).http().forgetAddresses(host);
  }
}

function keepEndpoint(endpoint: Endpoint, module: Module): KeptEndpoint {
  const { api, url } = endpoint;
  const options = instanceOptions(module.options, api, url);
  if (!module.keepTags) delete options["tags"];
  return {
    ...endpoint,
    instance: new Instance(url, true, undefined),
    options,
    text: JSON.stringify(options),
    unwanted: new Set(module.keepTags ? [] : [`${URL_TAGS[api]}:${url}`]),
  };
}

/** The tag that names the endpoint in every submission of its instance. */
const URL_TAGS = { inference: "inference_api_url", management: "management_api_url", metrics: "endpoint" } as const;
