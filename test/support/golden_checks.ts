import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { it } from "node:test";
import * as v from "valibot";
import { checkInference } from "../../plugin/checks/inference.ts";
import { checkManagement } from "../../plugin/checks/management/mod.ts";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import type { Report } from "../../plugin/report/mod.ts";
import { checkWith, type Circumstances } from "./check.ts";
import { type Answer, FakeHttp } from "./fake_http.ts";

const caseSchema = v.object({
  instance: v.record(v.string(), v.unknown()),
  /** Files of recorded answers, by path and query. */
  answers: v.record(v.string(), v.string()),
  state: v.optional(v.record(v.string(), v.unknown())),
  /** When the run is, in ISO 8601. */
  now: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});

/** Gauges that are measured by the clock of the run: a golden report has 0. */
const MEASURED: ReadonlySet<string> = new Set(["ns.request.latency", "ns.probe.latency"]);

/**
 * A test for each folder in `cases`: what a recorded TorchServe answered (`case.json` names files of `recordings`) and
 * the report that comes of it (`report.json`). `UPDATE_GOLDEN=1` writes the reports anew: read the difference.
 */
export function goldenChecks(cases: URL, recordings: URL): void {
  for (const name of readdirSync(cases)) {
    it(name, async () => {
      const { instance, answers, state, now } = v.parse(
        caseSchema,
        JSON.parse(readFileSync(new URL(`${name}/case.json`, cases), "utf8")),
      );
      const http = new FakeHttp(
        Object.fromEntries(Object.entries(answers).map(([path, file]) => [path, recorded(new URL(file, recordings))])),
      );
      const nowMs = now === undefined ? {} : { nowMs: Date.parse(now) };
      const report = await run(instance, http, { ...(state && { state }), ...nowMs });
      const metrics = report.metrics.map((metric) => MEASURED.has(metric.name) ? { ...metric, value: 0 } : metric);
      const golden = new URL(`${name}/report.json`, cases);
      const text = `${JSON.stringify({ ...report, metrics }, null, 1)}\n`;
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, text);
      assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(golden, "utf8")));
    });
  }
}

/** A recorded answer: a bare body, or, in an `.http` file, with status line and headers. */
function recorded(file: URL): Answer {
  const text = readFileSync(file, "utf8");
  if (!file.pathname.endsWith(".http")) return text;
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/);
  const [status = "", ...lines] = head.split(/\r?\n/);
  const headers = Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { status: Number(status.split(" ")[1]), body: rest.join("\n\n"), headers };
}

function run(instance: Record<string, unknown>, http: FakeHttp, circumstances: Circumstances): Promise<Report> {
  if ("openmetrics_endpoint" in instance) return checkWith(checkOpenMetrics, instance, http, circumstances);
  if ("inference_api_url" in instance) return checkWith(checkInference, instance, http, circumstances);
  return checkWith(checkManagement, instance, http, circumstances);
}
