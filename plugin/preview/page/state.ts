import type { Layout } from "../layout.ts";
import type { ViewName } from "../frame.ts";

/** What is chosen; it stands in the address, so that a reload shows the same. */
export interface State {
  readonly view: ViewName;
  /** Seconds; 0: all that was seen. */
  readonly range: number;
  readonly variables: Readonly<Record<string, string>>;
  /** The top group alone, on the whole screen. */
  readonly isWall: boolean;
}

const VARIABLES = ["model_name", "model_version", "host", "service"];

/** Reads what is chosen from the address. */
export function readState(search: string, { views, ranges }: Layout): State {
  const parameters = new URLSearchParams(search);
  const view = views.find(({ name }) => name === parameters.get("view"))?.name ?? "overview";
  const range = Number(parameters.get("range") ?? NaN);
  const chosen = VARIABLES.flatMap((name) => {
    const value = parameters.get(name);
    return value === null || value === "" ? [] : [[name, value] as const];
  });
  return {
    view,
    range: ranges.includes(range) ? range : 300,
    variables: Object.fromEntries(chosen),
    isWall: parameters.has("wall"),
  };
}

/** The same as parameters of an address. */
export function parametersOf({ view, range, variables }: Omit<State, "isWall">): URLSearchParams {
  return new URLSearchParams({ view, range: String(range), ...variables });
}

/** The address of a state. */
export function addressOf(state: State): string {
  return `?${state.isWall ? "wall&" : ""}${parametersOf(state)}`;
}
