import { ShimHost } from "./agent/shim.ts";
import { Ours } from "./ours.ts";
import type { OurSide } from "./our_side.ts";

/** A side that may have something to close. */
export interface Side extends OurSide {
  close?(): Promise<void>;
}

/** Our sides, by what a test says of them: a session, and the shim in the Agent's runtime. */
export const SIDES: readonly (readonly [what: string, start: () => Promise<Side>])[] = [
  ["our checks submit", () => Promise.resolve(new Ours())],
  ["the Agent's shim submits", () => ShimHost.start()],
];
