import * as v from "valibot";
import type { ViewName } from "./frame.ts";

/** What somebody looks at. */
export interface View {
  readonly name: ViewName;
  /** Seconds; 0: all that was seen. */
  readonly range: number;
  /** Values of template variables; one that is not here filters nothing. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Ranges that may be chosen, in seconds. */
export const RANGES: readonly number[] = [60, 300, 900, 3_600, 21_600, 0];

const VARIABLES = ["host", "service", "model_name", "model_version"] as const;
/** Longer values are no tags. */
const MOST_CHARACTERS = 1_000;

const query = v.object({
  view: v.optional(v.picklist(["overview", "models", "monitors"]), "overview"),
  range: v.optional(v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number), v.picklist(RANGES)), "300"),
});

/** Reads the view from the parameters of an address; `undefined` where they are none of ours. */
export function readView(parameters: URLSearchParams): View | undefined {
  const result = v.safeParse(query, {
    view: parameters.get("view") ?? undefined,
    range: parameters.get("range") ?? undefined,
  });
  if (!result.success) return undefined;
  const variables = new Map<string, string>();
  for (const name of VARIABLES) {
    const value = parameters.get(name);
    if (value !== null && value !== "" && value !== "*") variables.set(name, value.slice(0, MOST_CHARACTERS));
  }
  return { name: result.output.view, range: result.output.range, variables };
}

/** A text that is the same for the same view. */
export function viewKey({ name, range, variables }: View): string {
  return JSON.stringify([name, range, [...variables].sort()]);
}
