import type { InstanceReport } from "../format.ts";
import { serviceStatus, STATUS_WORDS, verdict, worstStatus } from "../verdict.ts";
import { type Cell, fitted, rowLine, rowWidth, type Screen, widthsOf } from "./layout.ts";
import { verdictTone } from "./tones.ts";
import { duration, plural } from "./values.ts";
import { titleOf } from "./title.ts";

/** From good to bad. */
const ORDER = ["OK", "UNKNOWN", "WARNING", "PARTIAL", "CRITICAL", "ERROR"];
/** The columns that are left out where a line is too narrow, the first one first. */
const DISPENSABLE = [3, 4];
const ADDRESS = 2;
const INDENT = 2;

/**
 * One line for each instance: verdict, kind, address, counts, time. The worst comes last, where somebody looks who does
 * not scroll.
 *
 * @param judged each with the report as people judge it
 */
export function summaryLines(judged: readonly InstanceReport[], screen: Screen): string[] {
  const rows = judged
    .map((of) => ({ word: verdict(of.report), of }))
    .sort((a, b) => ORDER.indexOf(a.word) - ORDER.indexOf(b.word))
    .map(({ word, of }) => cells(word, of));
  let widths = widthsOf(rows);
  for (const column of DISPENSABLE) {
    if (INDENT + rowWidth(widths) > screen.width) widths[column] = 0;
  }
  widths = fitted(widths, ADDRESS, INDENT, screen);
  return [screen.paint("strong", "Summary"), ...rows.map((row) => rowLine(row, widths, INDENT, screen))];
}

function cells(word: string, of: InstanceReport): Cell[] {
  const [kind, address] = titleOf(of);
  const { metrics, histogram_buckets: buckets, service_checks: checks, events, warnings, stats } = of.report;
  const statuses = checks.map(serviceStatus);
  const worst = worstStatus(statuses);
  const atWorst = statuses.filter((status) => status === worst).length;
  const counts = [
    ...(metrics.length + buckets.length > 0 ? [plural(metrics.length + buckets.length, "metric")] : []),
    ...(worst === 0 ? [] : [`${atWorst} of ${plural(checks.length, "check")} ${STATUS_WORDS[worst]}`]),
    ...(warnings.length > 0 ? [plural(warnings.length, "warning")] : []),
    ...(events.length > 0 ? [plural(events.length, "event")] : []),
  ];
  return [
    { text: word, tone: verdictTone(word) },
    { text: kind },
    { text: address },
    { text: counts.join(", "), tone: "faint" },
    { text: duration(stats.duration_ms / 1_000), tone: "faint" },
  ];
}
