import { nearest } from "../../config/mod.ts";

/** What a misspelt name may stand for, behind a message; `""`: no known one is close to it. */
export function hintFor(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return close === undefined ? "" : `: did you mean ${close}?`;
}
