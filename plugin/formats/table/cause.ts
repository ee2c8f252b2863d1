import type { Cause } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import { paragraph, type Screen, section } from "./layout.ts";

/** Why an instance is not well, and what to do. */
export function causeLines(cause: Cause | undefined, screen: Screen): string[] {
  if (cause === undefined) return [];
  const { message, remedy } = cause;
  return [
    ...section("Why", screen),
    ...paragraph(oneLine(message), { indent: 4, hang: 6 }, screen),
    ...(remedy === undefined
      ? []
      : paragraph(`What to do: ${oneLine(remedy)}`, { indent: 4, hang: 6, tone: "strong" }, screen)),
    ...paragraph("More: torchserve-check doctor", { indent: 4, tone: "faint" }, screen),
  ];
}
