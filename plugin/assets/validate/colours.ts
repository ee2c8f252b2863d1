import type { Place } from "./place.ts";
import { quoted } from "./by_schema.ts";

interface Format {
  readonly comparator: ">" | ">=" | "<" | "<=";
  readonly value: number;
}

/** Colours of values: the first that holds is taken, so that each has to come before those that hold for more. */
export function checkColours(place: Place, formats: readonly Format[] | undefined): void {
  const low = new Map<number, Format>();
  const high = new Map<number, Format>();
  (formats ?? []).forEach((format, i) => {
    const isLow = format.comparator.startsWith("<");
    const shown = quoted(`${format.comparator} ${format.value}`);
    const before = [...(isLow ? low : high).values()].at(-1);
    (isLow ? low : high).set(i, format);
    if (format.value < 0) place.add([i, "value"], `the colour of ${shown}: no value is below 0`);
    if (before === undefined) return;
    if (isLow ? format.value > before.value : format.value < before.value) return;
    place.add(
      [i, "value"],
      `the colour of ${shown} never shows: ${quoted(`${before.comparator} ${before.value}`)} comes first`,
    );
  });
  const [[, last], [at, first]] = [[...low].at(-1) ?? [], [...high].at(-1) ?? []];
  if (last === undefined || first === undefined || at === undefined || first.value === last.value) return;
  place.add(
    [at, "value"],
    `the colours of ${quoted(`${last.comparator} ${last.value}`)} and ${
      quoted(`${first.comparator} ${first.value}`)
    } ` +
      (first.value > last.value ? "leave values without one between them" : "overlap"),
  );
}
