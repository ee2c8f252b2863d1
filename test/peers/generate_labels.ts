import type { LabelKind } from "./families.ts";
import type { Random } from "./random.ts";

export type Labels = readonly (readonly [name: string, value: string])[];

/** Values that are hard to read or to quote. */
const ODD_VALUES = [
  "",
  " ",
  "a b",
  " lead and trail ",
  'quote"d',
  "back\\slash",
  "\\n",
  "two\nlines",
  "brace}d",
  "{braced",
  "x # y",
  "# TYPE a gauge",
  'a,b="c"',
  "k=v",
  "a:b",
  "ümlaut",
  "模型",
  "🔥",
  "tab\there",
  "100%",
  "e\u0301",
  "\\",
  "trailing\\\\",
  "1.0",
];

/** The values that the label sets of a case are made of. */
export class LabelWorld {
  readonly #random: Random;
  readonly #models: string[];
  readonly #hosts: string[];
  readonly #odd: boolean;
  readonly #hostLabel: string;

  /** @param hosts more than one makes samples collide, once the label is dropped */
  constructor(random: Random, hosts: number) {
    this.#random = random;
    this.#models = random.sample(["alpha", "beta", "résumé", "gamma v2", "delta/1"], random.int(1, 3));
    this.#hosts = random.sample(["torchserve-0", "torchserve-1", "ip-10-0-0-7"], hosts);
    this.#odd = random.chance(0.3);
    this.#hostLabel = random.chance(0.7) ? "Hostname" : "hostname";
  }

  /** The different label sets of a family. */
  sets(kind: LabelKind): Labels[] {
    const sets = this.#hosts.flatMap((host) => this.#setsOf(kind, host));
    const unique = new Map(sets.map((set) => [JSON.stringify(set), set]));
    return [...unique.values()].map((set) => this.#withOddity(set));
  }

  #setsOf(kind: LabelKind, host: string): Labels[] {
    const level = (value: string) => ["Level", value] as const;
    const hosted = [this.#hostLabel, host] as const;
    const generic = this.#random.chance(0.1) ? [["version", "1.0"], ["cluster", "c"]] as const : [];
    switch (kind) {
      case "none":
        return [[]];
      case "host":
      case "level":
        return [[level("Host"), hosted]];
      case "device":
        return ["0", "1"].map((id) => [level("Host"), ["DeviceId", id], hosted]);
      case "model":
        return this.#models.map((model) => [["ModelName", model], level("Model"), ...generic, hosted]);
      case "worker":
        return this.#models.map((model, i) => [["WorkerName", `W-900${i}-${model}_1.0`], level("Host"), hosted]);
      case "request":
        return this.#random.sample(["200", "404", "500"], this.#random.int(1, 3)).map((code) =>
          [["code", code], ["path", "/predictions"], ...generic] as const
        );
      case "state":
        return [[["version", "0.12.0"], ["commit", "abc123"]]];
    }
  }

  #withOddity(set: Labels): Labels {
    if (!this.#odd || !this.#random.chance(0.4)) return set;
    return [...set, ["note", this.#random.pick(ODD_VALUES)]];
  }
}
