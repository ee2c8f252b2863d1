import { checkChangelog } from "./changelog.ts";
import { checkConfiguration } from "./configuration.ts";
import { type DashboardFacts, dashboardFacts } from "./dashboard_facts.ts";
import { checkDashboard } from "./dashboards.ts";
import { checkDataflows } from "./dataflows.ts";
import { emittedEntries } from "./emitted_entries.ts";
import { checkDrawn, checkEmitted } from "./emitted_rules.ts";
import { type AssetTexts, type Finding, Findings } from "./findings.ts";
import { checkFolder } from "./folder.ts";
import { checkGrafanaDashboard } from "./grafana/dashboard.ts";
import { JsonFile } from "./json_file.ts";
import type { Knowledge } from "./knowledge.ts";
import { checkPipeline, readSearched } from "./logs.ts";
import { checkManifest, checkTitles } from "./manifest.ts";
import { checkMetadata } from "./metadata.ts";
import type { MonitorFacts } from "./monitor_facts.ts";
import { checkMonitor } from "./monitors.ts";
import { checkRules } from "./prometheus/rules.ts";
import { checkRuleTests } from "./prometheus/rule_tests.ts";
import { knownSeries } from "./prometheus/series.ts";
import { checkReadme } from "./readme.ts";
import { checkSavedView } from "./saved_views.ts";
import { checkServiceChecks } from "./service_checks.ts";

export type { AssetTexts, Finding } from "./findings.ts";

/**
 * All that is wrong with the assets, file by file.
 *
 * @param whole also the log pipeline and the configuration, which take as long as all the rest
 */
export async function validateAssets(texts: AssetTexts, whole = true): Promise<Finding[]> {
  const findings = new Findings();
  checkFolder(texts, findings);
  const described = checkMetadata(texts, findings);
  checkEmitted(texts, described, findings);
  const checks = checkServiceChecks(texts, findings);
  // What is missing there is said once, and not by each query of it.
  const metrics = new Map([...emittedEntries(), ...described]);
  const knowledge: Knowledge = { metrics, checks, searched: readSearched(texts) };
  checkDashboardsAndMonitors(texts, knowledge, findings);
  checkDrawn(texts, described, findings);
  for (const file of jsonFiles(texts, "saved_views", findings)) checkSavedView(file, knowledge.searched, findings);
  checkReadme(texts, findings);
  checkChangelog(texts, findings);
  checkDataflows(texts, findings);
  if (whole) {
    await checkConfiguration(texts, findings);
    await checkPipeline(texts, findings);
  }
  return findings.sorted();
}

/** These are held against each other: messages name what dashboards show, and lines in charts are limits of monitors. */
function checkDashboardsAndMonitors(texts: AssetTexts, knowledge: Knowledge, findings: Findings): void {
  const dashboards = jsonFiles(texts, "dashboards", findings);
  const known = dashboards.map(dashboardFacts).filter((one): one is DashboardFacts => one !== undefined);
  // One that cannot be read would be said to be missing by each file that names it.
  const facts = known.length === [...texts.keys()].filter((path) => path.startsWith("assets/dashboards/")).length
    ? known
    : [];
  const monitors = new Map<string, MonitorFacts>();
  for (const file of jsonFiles(texts, "monitors", findings)) {
    const monitor = checkMonitor(file, knowledge, facts, findings);
    if (monitor !== undefined) monitors.set(file.path, monitor);
  }
  for (const file of dashboards) checkDashboard(file, { ...knowledge, monitors: [...monitors.values()] }, findings);
  const manifest = checkManifest(texts, knowledge, findings);
  if (manifest !== undefined) checkTitles(texts, manifest, monitors, findings);
  const series = knownSeries(new Map([...knowledge.metrics, ...emittedEntries()]), knowledge.checks);
  for (const file of jsonFiles(texts, "grafana", findings)) {
    checkGrafanaDashboard(file, { series, dashboards: facts }, findings);
  }
  checkTwins(texts, findings);
  checkRuleTests(texts, checkRules(texts, { series, monitors }, findings), series, findings);
}

/** Each dashboard for Datadog has one for Grafana. */
function checkTwins(texts: AssetTexts, findings: Findings): void {
  for (const path of texts.keys()) {
    const twin = path.replace(/^assets\/dashboards\//, "assets/grafana/");
    if (twin !== path && !texts.has(twin)) findings.add(twin, 1, "the file is missing");
  }
}

/** The files of a folder that can be read. */
function jsonFiles(texts: AssetTexts, folder: string, findings: Findings): JsonFile[] {
  return [...texts].flatMap(([path, text]) =>
    path.startsWith(`assets/${folder}/`) && path.endsWith(".json") ? JsonFile.read(path, text, findings) ?? [] : []
  );
}
