/**
 * A pattern of a person for names: `*` stands for any characters, `?` for one, everything else for itself. It takes no
 * longer than the product of the two lengths, whatever they are.
 *
 * @example
 * ```ts
 * const isWorker = globOf("*.model.worker*");
 * if (!isWorker("torchserve.management_api.model.workers.current") || isWorker("models")) throw new Error("wrong");
 * ```
 */
export function globOf(pattern: string): (name: string) => boolean {
  return (name) => matches(pattern, name);
}

/** Goes back to the last `*` only: what an earlier one may take, the last one may as well. */
function matches(pattern: string, name: string): boolean {
  let [p, n] = [0, 0];
  let [star, from] = [-1, 0];
  while (n < name.length) {
    if (pattern[p] === "*") [star, from] = [p++, n];
    else if (pattern[p] === "?" || pattern[p] === name[n]) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [p, n] = [star + 1, ++from];
    else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
