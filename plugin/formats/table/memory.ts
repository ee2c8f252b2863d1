import * as v from "valibot";
import type { State } from "../../report/mod.ts";

/** Most values that are remembered of an instance, and most events. */
const [MAX_VALUES, MAX_EVENTS] = [10_000, 5];

const stateSchema = v.object({
  version: v.literal(1),
  instances: v.array(v.object({
    name: v.string(),
    time: v.number(),
    values: v.array(v.tuple([v.string(), v.number()])),
    models: v.array(v.tuple([v.string(), v.string()])),
    events: v.array(v.tuple([v.number(), v.string()])),
  })),
});

type Remembered = v.InferOutput<typeof stateSchema>["instances"][number];

/** What the table of the last round knew of an instance, and what the next one is to know. */
export class InstanceMemory {
  readonly #before: Remembered | undefined;
  readonly #values: ReadonlyMap<string, number>;
  readonly #models: ReadonlyMap<string, string>;
  readonly #next: Remembered;

  constructor(name: string, readonly timeMs: number, before: Remembered | undefined) {
    this.#before = before;
    this.#values = new Map(before?.values);
    this.#models = new Map(before?.models);
    this.#next = { name, time: timeMs, values: [], models: [], events: [...before?.events ?? []] };
  }

  /** Whether there was a round before this one. */
  get isKnown(): boolean {
    return this.#before !== undefined;
  }

  /** Seconds since the last round. */
  get seconds(): number {
    return (this.timeMs - (this.#before?.time ?? this.timeMs)) / 1_000;
  }

  /** Events of this round and of those before, with their times. */
  get events(): readonly (readonly [number, string])[] {
    return this.#next.events.slice(-MAX_EVENTS);
  }

  /** The last value of a metric, in exchange for that of this round. */
  value(key: string, value: number): number | undefined {
    // JSON knows no negative zero.
    if (this.#next.values.length < MAX_VALUES && Number.isFinite(value)) this.#next.values.push([key, value + 0]);
    return this.#values.get(key);
  }

  /** What a version of a model looked like, in exchange for what it looks like now. */
  model(key: string, looks: string): string | undefined {
    if (this.#next.models.length < MAX_VALUES) this.#next.models.push([key, looks]);
    return this.#models.get(key);
  }

  /** The versions of models that were there in the last round, and are not in this one. */
  goneModels(): string[] {
    const there = new Set(this.#next.models.map(([key]) => key));
    return [...this.#models.keys()].filter((key) => !there.has(key));
  }

  event(text: string): void {
    this.#next.events.push([this.timeMs, text]);
  }

  /** For the next round. */
  get next(): Remembered {
    return { ...this.#next, events: [...this.events].map(([time, text]) => [time, text]) };
  }
}

/** What tables remember from round to round; it lives in the state of the format. */
export class TableMemory {
  readonly #before: Map<string, Remembered>;
  readonly #next: InstanceMemory[] = [];

  /** @param state what {@linkcode TableMemory.state} was; anything else is none */
  constructor(state: State | undefined) {
    const read = v.safeParse(stateSchema, state);
    this.#before = new Map(read.success ? read.output.instances.map((one) => [one.name, one]) : []);
  }

  /** Of an instance, by its place in the file. */
  of(name: string, timeMs: number): InstanceMemory {
    const memory = new InstanceMemory(name, timeMs, this.#before.get(name));
    this.#next.push(memory);
    return memory;
  }

  get state(): State {
    const instances = this.#next.map(({ next }) => next);
    return { ...{ version: 1, instances } satisfies v.InferInput<typeof stateSchema> };
  }
}
