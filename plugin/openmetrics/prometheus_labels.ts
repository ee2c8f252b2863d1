/** From so many labels on, repeated names are looked for with a map instead of by comparing all pairs. */
const MANY_LABELS = 16;

/**
 * Names and values in turn without repeated names: the last one's value counts, at the place of the first, as for the
 * Agent (`prometheus_client.parser`). The array may be changed.
 */
export function withoutRepeatedNames(labels: string[]): string[] {
  if (labels.length > 2 * MANY_LABELS) {
    const values = new Map<string, string>();
    for (let i = 0; i < labels.length; i += 2) values.set(labels[i]!, labels[i + 1]!);
    return 2 * values.size === labels.length ? labels : [...values].flat();
  }
  for (let i = 2; i < labels.length; i += 2) {
    for (let first = 0; first < i; first += 2) {
      if (labels[first] !== labels[i]) continue;
      labels[first + 1] = labels[i + 1]!;
      labels.splice(i, 2);
      i -= 2;
      break;
    }
  }
  return labels;
}
