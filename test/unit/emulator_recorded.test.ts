import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type EmulatorOptions, startEmulator } from "../../plugin/emulator/mod.ts";

const recorded = fileURLToPath(new URL("../../../shared/fixtures/torchserve-0.12.0/", import.meta.url));
const skip = existsSync(recorded) ? false : "the recorded answers are not here (../shared)";
const read = (file: string) => readFileSync(`${recorded}${file}`, "utf8");

async function answers(options: EmulatorOptions, paths: readonly string[]): Promise<string[]> {
  const emulator = await startEmulator({ metricTimeInterval: 0, ...options });
  try {
    const texts: string[] = [];
    for (const path of paths) {
      const origin = path.startsWith("/metrics") ? new URL(emulator.metricsUrl).origin : emulator.managementUrl;
      texts.push(await (await fetch(`${origin}${path}`)).text());
    }
    return texts;
  } finally {
    await emulator.close();
  }
}

const alphaAndBeta = [
  { name: "alpha", version: "1.0", marFile: "alpha_v1.mar" },
  { name: "alpha", version: "2.0", marFile: "alpha_v2.mar", workers: 2 },
  { name: "beta", version: "1.0", marFile: "beta.mar" },
];

describe("the emulator and what a TorchServe 0.12.0 answered", { skip }, () => {
  it("list models with the same bytes, page by page", async () => {
    const small = await answers({ models: alphaAndBeta }, [
      "/models",
      "/models?limit=1",
      "/models?limit=1&next_page_token=1",
      "/models?limit=1&next_page_token=2",
    ]);
    assert.deepEqual(small, [
      read("management/models.json"),
      read("management/models_limit_1_page_1.json"),
      read("management/models_limit_1_page_2.json"),
      read("management/models_limit_1_page_3.json"),
    ]);
    const many = Array.from({ length: 103 }, (_, i) => ({ name: `m_${i + 1}`, marFile: "beta.mar", workers: 0 }));
    const pages = await answers({ models: [...alphaAndBeta, ...many] }, [
      "/models?limit=100",
      "/models?limit=100&next_page_token=100",
    ]);
    assert.deepEqual(pages, [read("management/models_105_page_1.json"), read("management/models_105_page_2.json")]);
  });

  it("describe versions with the same bytes, but for times, process ids and memory", async () => {
    const vary = (text: string) =>
      text.replace(/("startTime": )"[^"]*"/g, "$1T").replace(/("(?:memoryUsage|pid|id)": )"?\d+"?/g, "$1N");
    const [alpha = "", beta = ""] = await answers({ models: alphaAndBeta }, ["/models/alpha/all", "/models/beta/all"]);
    assert.equal(vary(alpha), vary(read("management/models_alpha_all.json")));
    assert.equal(vary(beta), vary(read("management/models_beta_all.json")));
  });

  it("show the same metric families in the same order", async () => {
    const comments = (text: string) => text.split("\n").filter((line) => line.startsWith("#"));
    const [text = ""] = await answers({ models: alphaAndBeta }, ["/metrics"]);
    assert.deepEqual(comments(text), comments(read("openmetrics/metrics.txt")));
  });
});
