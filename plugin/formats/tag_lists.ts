/**
 * What lists of tags become in a format. Submissions of one label set share a list, which is read once.
 */
export class TagLists<Result> {
  readonly #known = new Map<string | undefined, WeakMap<readonly string[], Result>>();

  /** @param make what a list becomes, with the host name of a submission */
  constructor(readonly make: (tags: readonly string[], hostname: string | undefined) => Result) {}

  of(tags: readonly string[], hostname: string | undefined): Result {
    let lists = this.#known.get(hostname);
    if (lists === undefined) this.#known.set(hostname, lists = new WeakMap());
    let result = lists.get(tags);
    if (result === undefined) lists.set(tags, result = this.make(tags, hostname));
    return result;
  }
}
