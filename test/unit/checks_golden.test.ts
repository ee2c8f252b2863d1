import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import * as v from "valibot";
import { checkInference } from "../../plugin/checks/inference.ts";
import { checkManagement } from "../../plugin/checks/management.ts";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import { checkWith } from "../support/check.ts";
import { type Answer, FakeHttp } from "../support/fake_http.ts";

/**
 * Golden cases: what a recorded TorchServe answered (a file of ../shared/fixtures each) and the report that comes of
 * it. `UPDATE_GOLDEN=1` writes the reports anew: read the difference.
 */
const folder = new URL("../golden/checks/", import.meta.url);
const fixtures = new URL("../../../shared/fixtures/torchserve-0.12.0/", import.meta.url);

const caseSchema = v.object({
  instance: v.record(v.string(), v.unknown()),
  /** Recorded answers by path and query. */
  answers: v.record(v.string(), v.string()),
  state: v.optional(v.record(v.string(), v.unknown())),
});

/** A recorded answer: a bare body, or, in an `.http` file, with status line and headers. */
function recorded(name: string): Answer {
  const text = readFileSync(new URL(name, fixtures), "utf8");
  if (!name.endsWith(".http")) return text;
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/);
  return { status: Number(head.split(" ")[1]), body: rest.join("\n\n") };
}

function checkOf(instance: Record<string, unknown>) {
  if ("openmetrics_endpoint" in instance) return checkOpenMetrics;
  return "inference_api_url" in instance ? checkInference : checkManagement;
}

describe("the report of recorded answers", {
  skip: !existsSync(fixtures) && "shared/fixtures is not beside this project",
}, () => {
  for (const name of readdirSync(folder)) {
    it(name, async () => {
      const { instance, answers, state } = v.parse(
        caseSchema,
        JSON.parse(readFileSync(new URL(`${name}/case.json`, folder), "utf8")),
      );
      const http = new FakeHttp(
        Object.fromEntries(Object.entries(answers).map(([path, file]) => [path, recorded(file)])),
      );
      const report = await checkWith(checkOf(instance), instance, http, { state });
      const golden = new URL(`${name}/report.json`, folder);
      const text = `${JSON.stringify(report, null, 1)}\n`;
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, text);
      assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(golden, "utf8")));
    });
  }
});
