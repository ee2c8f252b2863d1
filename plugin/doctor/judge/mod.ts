/**
 * From facts to findings: one file for each subject.
 *
 * @module
 */
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import { judgeAddresses } from "./addresses.ts";
import { judgeConfiguration } from "./configuration.ts";
import { judgeInstances } from "./instances.ts";
import { judgeLogs } from "./logs.ts";
import { judgeMachine } from "./machine.ts";
import { judgeMetrics } from "./metrics.ts";
import { judgeReachability } from "./reachability.ts";
import { judgeTokens } from "./tokens.ts";
import { judgeWorkers } from "./workers.ts";

/** All that the facts tell, in no order. What is explained by its cause is not said a second time. */
export async function judge(facts: Facts): Promise<Finding[]> {
  const findings = [
    ...await judgeConfiguration(facts),
    ...judgeReachability(facts),
    ...judgeAddresses(facts),
    ...judgeMetrics(facts),
  ];
  // At one address no key fits, whatever the file has.
  const shared = new Set(findings.filter(({ id }) => id === "shared_address").flatMap(({ instances }) => instances));
  const tokens = await judgeTokens({ ...facts, endpoints: facts.endpoints.filter(({ path }) => !shared.has(path)) });
  findings.push(...tokens, ...await judgeLogs(facts), ...judgeWorkers(facts), ...await judgeMachine(facts));
  const wrong = findings.filter(({ level }) => level !== "fine");
  const explained = new Set(wrong.flatMap(({ instances }) => instances));
  // A ping is not well because of workers, whose finding is at the management API.
  if (wrong.some(({ id }) => OF_WORKERS.has(id))) {
    for (const { path, config, report } of facts.endpoints) {
      const isWell = report.error === undefined && report.service_checks.every(({ status }) => status === 0);
      if (config.kind === "inference" && !isWell && report.error?.code !== "connect") explained.add(path);
    }
  }
  return unrepeated([...findings, ...judgeInstances(facts, explained)]);
}

const OF_WORKERS: ReadonlySet<Finding["id"]> = new Set([
  "handler_raises",
  "worker_killed",
  "worker_stuck",
  "no_workers",
]);

/** A log that is full is not silent as well, and its lines are not missing. */
function unrepeated(findings: readonly Finding[]): Finding[] {
  const isFull = findings.some(({ id, level }) => id === "logs_full" && level === "wrong");
  const isMoved = findings.some(({ id }) => id === "logs_moved");
  return findings.filter(({ id }) => !(id === "logs_silent" && (isFull || isMoved)));
}
