import type { ServiceCheck } from "../../report/mod.ts";
import { displayWidth, oneLine, padColumns } from "../../text/mod.ts";
import { tagsWithout } from "../common_tags.ts";
import { serviceStatus, STATUS_WORDS } from "../verdict.ts";
import { HANG, paragraph, type Screen, section } from "./layout.ts";
import { STATUS_TONES } from "./tones.ts";
import { exact } from "./values.ts";

/** So many service checks are shown one by one; of more, those that are OK are counted. */
const MAX_CHECKS = 10;

/**
 * A line for each service check, with its own tags and its message.
 *
 * @param said the message that stands above already
 */
export function checkLines(
  checks: readonly ServiceCheck[],
  said: string | undefined,
  common: readonly string[],
  verbose: boolean,
  screen: Screen,
): string[] {
  const shown = verbose || checks.length <= MAX_CHECKS
    ? checks
    : checks.filter((check) => serviceStatus(check) !== 0).slice(0, MAX_CHECKS);
  if (checks.length === 0) return [];
  const width = shown.reduce((most, { name }) => Math.max(most, displayWidth(oneLine(name))), 0);
  const lines = shown.flatMap((check) => {
    const status = serviceStatus(check);
    const head = `    ${screen.paint(STATUS_TONES[status], STATUS_WORDS[status].padEnd(8))}  `;
    const name = oneLine(check.name);
    const message = check.message === undefined || check.message === said ? [] : [oneLine(check.message)];
    const rest = [...tagsWithout(check.tags, common), ...message].join("  ");
    if (rest === "") return [head + name];
    if (HANG + width + 2 + displayWidth(rest) <= screen.width) return [`${head}${padColumns(name, width)}  ${rest}`];
    return [head + name, ...paragraph(rest, { indent: HANG }, screen)];
  });
  const left = checks.length - shown.length;
  const more = left === 0 ? [] : [screen.paint("faint", `    … and ${exact(left)} more: --verbose shows all`)];
  return [...section("Service checks", screen), ...lines, ...more];
}
