import type { Pattern } from "../patterns/mod.ts";
import type { LabelRules } from "./label_set.ts";

/** How many names of labels are remembered. */
const MAX_PLANS = 10_000;
/** A longer text of what is lost is not remembered, in characters. */
const MAX_LOST = 200;

/** What becomes of the labels of one name. */
export interface LabelPlan {
  readonly name: string;
  readonly dropped: boolean;
  readonly renamed: boolean;
  /** What the tag has before its value. */
  readonly prefix: string;
  readonly excluder: true | Pattern | undefined;
  /** Its value names the host. */
  readonly namesHost: boolean;
  /** Transformers ask for its value. */
  readonly lookedUp: boolean;
  /** What was lost last, before this label and with it. */
  lostBefore: string;
  lostValue: string | undefined;
  lostAfter: string;
}

/**
 * Label sets of the same names in the same order. Those of a family mostly are: each name is looked up once then
 * (bench: scrape "large", one-shot).
 */
export interface LabelShape {
  readonly plans: readonly LabelPlan[];
  /** Nothing can be said of its labels but tags: none excludes a sample, names a host or is asked for; no name repeats. */
  readonly isPlain: boolean;
  /** What their tags do not tell, where that is the same for all of them: no label is dropped. */
  readonly lost: string | undefined;
}

/** What becomes of labels by the options, name by name; patterns and sets are asked once for each name. */
export class LabelPlans {
  readonly #rules: LabelRules;
  readonly #plans = new Map<string, LabelPlan>();
  #shape: LabelShape = { plans: [], isPlain: false, lost: undefined };

  constructor(rules: LabelRules) {
    this.#rules = rules;
  }

  /** What becomes of the labels of a name. */
  of(name: string): LabelPlan {
    let plan = this.#plans.get(name);
    if (plan === undefined) {
      const { exclude, include, rename, excludeSamples, hostnameLabel, lookedUp } = this.#rules;
      const newName = rename.get(name) ?? name;
      plan = {
        dropped: exclude.has(name) || (include.size > 0 && !include.has(name)),
        renamed: newName !== name,
        prefix: `${newName}:`,
        excluder: excludeSamples.get(name),
        namesHost: name === hostnameLabel,
        lookedUp: lookedUp.has(name),
        name,
        lostBefore: "",
        lostValue: undefined,
        lostAfter: "",
      };
      if (this.#plans.size < MAX_PLANS) this.#plans.set(name, plan);
    }
    return plan;
  }

  /**
   * What becomes of label sets that have these names.
   *
   * @param pairs names and values in turn
   */
  shapeOf(pairs: readonly string[]): LabelShape {
    const { plans } = this.#shape;
    const count = pairs.length >> 1;
    let same = plans.length;
    if (same === count) { for (same = 0; same < count && plans[same]!.name === pairs[2 * same];) same++; }
    return same === count ? this.#shape : this.#shape = this.#newShape(pairs, count);
  }

  #newShape(pairs: readonly string[], count: number): LabelShape {
    const plans: LabelPlan[] = [];
    let isPlain = !repeats(pairs);
    let lost: string | undefined = "";
    for (let i = 0; i < count; i++) {
      const plan = this.of(pairs[2 * i]!);
      plans.push(plan);
      if (plan.excluder !== undefined || plan.namesHost || plan.lookedUp) isPlain = false;
      if (plan.dropped) lost = undefined;
      else if (plan.renamed && lost !== undefined) lost = lose(plan, lost, undefined);
    }
    return { plans, isPlain, lost };
  }
}

/** Label sets with more labels than this are read in the slow way, which finds repeated names in linear time. */
const MANY_LABELS = 16;

/** Whether a name may come twice: the last one counts then, at the first one's place. */
export function repeats(pairs: readonly string[]): boolean {
  if (pairs.length > 2 * MANY_LABELS) return true;
  for (let i = 2; i < pairs.length; i += 2) {
    for (let k = 0; k < i; k += 2) if (pairs[k] === pairs[i]) return true;
  }
  return false;
}

/**
 * What is lost with a label, too. Label sets in a row mostly lose the same: they share the text, which takes no memory
 * then, nor time to compare.
 *
 * @param value of a label that is dropped
 */
export function lose(plan: LabelPlan, before: string, value: string | undefined): string {
  if (plan.lostAfter !== "" && plan.lostBefore === before && plan.lostValue === value) return plan.lostAfter;
  const after = value === undefined ? `${before}${plan.name}\n` : `${before}${plan.name}\n${value}\n`;
  if (after.length > MAX_LOST) return after;
  plan.lostBefore = before;
  plan.lostValue = value;
  return plan.lostAfter = after;
}
