import { setTimeout } from "node:timers/promises";
import { type Bounds, within } from "../runtime/bounds.ts";

/**
 * Waits, in milliseconds.
 *
 * @throws {OutOfTimeError} when a bound comes first
 */
export async function pause(milliseconds: number, bounds: Bounds): Promise<void> {
  await within(setTimeout(milliseconds), bounds);
}
