import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "puppeteer-core";
import { logsOfFolder } from "../../plugin/cli/preview_sources.ts";
import { startDemo } from "../../plugin/cli/preview_demo.ts";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Frame } from "../../plugin/preview/frame.ts";
import { serve } from "../../plugin/runtime/serve.ts";
import { silentCards, violations } from "./preview/accessibility.ts";
import { picture, startBrowser, until, watch } from "./preview/browser.ts";
import { ByHand } from "./preview/by_hand.ts";
import { type RecordedPreview, startRecorded } from "./preview/recorded.ts";
import { widgetsOf } from "./preview/widgets.ts";
import { prepare, start } from "./torchserve.ts";

/** For how long the servers are watched before anybody looks closely, in runs, one a second; in CI (.ci/run) five minutes. */
const RUNS = Number(process.env["TORCHSERVE_CHECK_PREVIEW_RUNS"] ?? 25);

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b));

/** The tags that tell workers apart: others change while one starts. */
const WORKER = ["model_name", "model_version", "worker_id"];

/** Ten widgets of a frame against the reports that it was made of. */
function sameByHand(frame: Frame, hand: ByHand): void {
  const O = "openmetrics";
  const asked = hand.sum(`${O}.inference.count`);
  const widget = widgetsOf(frame);
  const number = (title: string) => {
    const data = widget(title);
    return data.kind === "value" ? data.value : Number.NaN;
  };
  const rows = (title: string) => {
    const data = widget(title);
    return data.kind === "top_list" ? data.rows.map(({ value }) => value) : [];
  };
  const models = [...new Set(hand.of(`${O}.inference.count`).map(({ tags }) => tags["model_name"] ?? ""))];
  const isOf = (model: string) => (tags: Readonly<Record<string, string>>) => tags["model_name"] === model;
  const latency = (model: string) =>
    hand.sum(`${O}.inference.latency.count`, isOf(model)) / hand.sum(`${O}.inference.count`, isOf(model)) / 1_000;
  const falling = (values: number[]) => values.filter(Number.isFinite).sort((a, b) => b - a);
  const expected: readonly (readonly [title: string, shown: number[], byHand: number[]])[] = [
    ["requests a second", [number("Requests to models a second")], [hand.meanRate(`${O}.inference.count`)]],
    ["failed", [number("Failed in the server")], [100 * hand.sum(`${O}.requests.5xx.count`) / Math.max(1, asked)]],
    ["mean latency", [number("Mean latency")], [hand.sum(`${O}.inference.latency.count`) / asked / 1_000]],
    ["share of waiting", [number("Share of time spent waiting")], [
      100 * hand.sum(`${O}.queue.latency.count`) / hand.sum(`${O}.inference.latency.count`),
    ]],
    ["workers not ready", [number("Workers that are not ready")], [
      hand.last("management_api.model.worker.status", ...WORKER).filter((value) => value !== 1).length,
    ]],
    ["versions that lack workers", [number("Versions that lack workers")], [
      hand.last("management_api.model.workers.missing", "model_name", "model_version").filter((value) => value !== 0)
        .length,
    ]],
    [
      "busiest models",
      rows("Busiest models"),
      falling(models.map((model) => hand.sum(`${O}.inference.count`, isOf(model)))),
    ],
    ["slowest models", rows("Slowest models"), falling(models.map(latency))],
    [
      "largest workers",
      rows("Largest workers"),
      falling(
        hand.last("management_api.model.worker.memory_usage", ...WORKER),
      ).slice(0, 10),
    ],
    [
      "answers of 2xx",
      widget.course("Answers by class", "2xx"),
      hand.sums(`${O}.requests.2xx.count`).map((sum) => sum ?? NaN),
    ],
    ["memory of workers", [widget.last("Memory of the workers by model")], [
      hand.sumOfLastPart("management_api.model.worker.memory_usage"),
    ]],
  ];
  for (const [what, shown, byHand] of expected) {
    assert.equal(shown.length, byHand.length, `${what}: ${shown} and by hand ${byHand}`);
    for (const [i, value] of byHand.entries()) {
      assert.ok(
        Number.isNaN(value) ? Number.isNaN(shown[i]) : near(shown[i] ?? NaN, value),
        `${what}: ${shown} and by hand ${byHand}`,
      );
    }
  }
}

/** A preview whose page was open all the time. */
interface WatchedPreview {
  readonly recorded: RecordedPreview;
  /** What the page complained of, and whom it asked. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** Watches a configuration for {@linkcode RUNS} runs, and goes on until it is closed; `stop` ends what it watches. */
async function watchLong(browser: Browser, configuration: object, stop: () => Promise<void>): Promise<WatchedPreview> {
  let recorded: RecordedPreview | undefined;
  const close = async () => {
    await recorded?.close();
    await stop();
  };
  try {
    recorded = await startRecorded(configuration);
    const { page, complaints } = await watch(browser, recorded.url);
    await recorded.after(RUNS);
    await page.close();
    return { recorded, complaints, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function watchEmulated(browser: Browser): Promise<WatchedPreview> {
  const demo = await startDemo();
  return await watchLong(browser, JSON.parse(demo.configuration), () => demo.close());
}

async function watchReal(browser: Browser): Promise<WatchedPreview> {
  const server = await start(await prepare(), { config: { metric_time_interval: 2 } });
  const ask = async (model: string, body: string) => {
    const response = await fetch(`${server.inferenceUrl}/predictions/${model}`, { method: "POST", body });
    await response.arrayBuffer();
  };
  let count = 0;
  const load = setInterval(() => {
    void ask(count % 3 === 0 ? "alpha" : "beta", ++count % 20 === 0 ? "raise" : "hello").catch(() => {});
  }, 100);
  const configuration = {
    instances: [
      { openmetrics_endpoint: server.metricsUrl },
      { inference_api_url: server.inferenceUrl, extended_metrics: true },
      { management_api_url: server.managementUrl, extended_metrics: true },
    ],
    logs: await logsOfFolder(server.logDirectory),
  };
  const stop = async () => {
    clearInterval(load);
    await server.stop();
  };
  return await watchLong(browser, configuration, stop);
}

describe("the preview in a browser", () => {
  let browser: Browser;
  let emulated: WatchedPreview;
  let real: WatchedPreview;
  before(async () => {
    browser = await startBrowser("--host-resolver-rules=MAP rebound.example 127.0.0.1");
    await Promise.all([
      watchEmulated(browser).then((watched) => emulated = watched),
      watchReal(browser).then((watched) => real = watched),
    ]);
  });
  after(async () => {
    await emulated?.close();
    await real?.close();
    await browser?.close();
  });

  describe("of an emulated TorchServe under load", () => {
    let recorded: RecordedPreview;
    before(() => {
      ({ recorded } = emulated);
    });

    it("complains of nothing and asks nobody while it is open", () => assert.deepEqual(emulated.complaints, []));

    const looks = [
      { name: "light", view: "overview", scheme: "light", width: 1440, height: 1000 },
      { name: "dark", view: "models&model_name=sentiment", scheme: "dark", width: 1280, height: 900 },
      { name: "phone", view: "overview", scheme: "light", width: 390, height: 844 },
      { name: "monitors", view: "monitors", scheme: "dark", width: 1440, height: 1000 },
      { name: "wall", view: "overview&wall", scheme: "dark", width: 1920, height: 1080 },
    ] as const;
    for (const { name, view, ...how } of looks) {
      it(`${name}: complains of nothing, asks nobody, is accessible, and every widget has data or its reason`, async () => {
        const { page, complaints } = await watch(browser, `${recorded.url}?view=${view}`, how);
        await until(
          page,
          "it shows data",
          () => document.querySelector(".live, .wall-time")?.textContent?.includes(":") === true,
        );
        // All that is below the window is drawn once it is seen.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewport({ width: how.width, height: Math.max(how.height, height) });
        await sleep(2_500);
        assert.deepEqual(await silentCards(page), []);
        assert.deepEqual(await violations(page), []);
        const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(isTooWide, false, "it is wider than the window");
        await picture(page, name.replace(" ", "_"), name !== "wall");
        assert.deepEqual(complaints, []);
        await page.close();
      });
    }

    it("numbers of ten widgets are those that the reports give by hand, in the frame and on the page", async () => {
      for (const range of [60, 300]) {
        const frame = await recorded.frame(`view=overview&range=${range}`);
        sameByHand(frame, new ByHand(recorded.rounds.filter(({ time }) => time <= frame.now), frame));
      }
      const { page } = await watch(browser, `${recorded.url}?range=60`);
      await until(page, "it shows numbers", () => document.querySelector(".number")?.textContent !== undefined);
      const [shown, frame] = [
        await page.evaluate(() =>
          document.querySelector("#w0-3-title")?.closest(".card")?.querySelector(".number")?.textContent
        ),
        await recorded.frame("view=overview&range=60"),
      ];
      const data = widgetsOf(frame)("Requests to models a second");
      // A run may have come between the two.
      assert.ok(data.kind === "value" && Math.abs(Number(shown) / data.value - 1) < 0.5, `${shown} on the page`);
      await page.close();
    });

    it("the wall can be read from five metres", async () => {
      const { page } = await watch(browser, `${recorded.url}?wall`, { width: 1920, height: 1080 });
      await until(page, "it shows numbers", () => document.querySelectorAll(".number").length === 6);
      const sizes = await page.evaluate(() =>
        [...document.querySelectorAll(".number, .tiles:not(.is-lines *) .tile-word")].map((one) =>
          parseFloat(getComputedStyle(one).fontSize) / innerHeight
        )
      );
      for (const size of sizes) assert.ok(size >= 0.045, `${sizes}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), true);
      await page.keyboard.press("Escape");
      await until(page, "Escape ends the wall", () => !document.documentElement.classList.contains("wall"));
      await page.close();
    });

    it("the keyboard moves the cursor of a chart, which is told, and shows it as a table", async () => {
      const { page, complaints } = await watch(browser, recorded.url, { isMotionReduced: true });
      await until(page, "it has charts", () => document.querySelector(".plot canvas") !== null);
      await page.focus(".plot");
      const told = async (key: "ArrowLeft" | "ArrowRight" | "Home" | "End") => {
        await page.keyboard.press(key);
        return await page.evaluate(() => document.querySelector("[aria-live]")?.textContent ?? "");
      };
      const [last, before, first] = [await told("End"), await told("ArrowLeft"), await told("Home")];
      for (const text of [last, before]) assert.match(text, /^\d\d:\d\d:\d\d: 2xx [\d.]+/);
      assert.equal(new Set([last, before, first]).size, 3);
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "as table");
      await page.keyboard.press("Enter");
      const rows = await page.evaluate(() => document.querySelectorAll(".chart table tbody tr").length);
      assert.ok(rows >= 5, `${rows} rows`);
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0, "something moves");
      assert.deepEqual(complaints, []);
      await page.close();
    });

    it("what is chosen filters, stands in the address, and a pause holds the page", async () => {
      const { page, complaints } = await watch(browser, `${recorded.url}?view=models`);
      await until(page, "models are offered", () => document.querySelectorAll("option[value=sentiment]").length > 0);
      await page.select("select", "sentiment");
      await until(page, "only one is shown", () => {
        const labels = [...document.querySelectorAll(".legend-label")].map(({ textContent }) => textContent);
        return labels.includes("sentiment") && !labels.includes("whisper");
      });
      assert.match(page.url(), /model_name=sentiment/);
      await page.evaluate(() =>
        [...document.querySelectorAll("button")].find((one) => one.textContent === "Pause")?.click()
      );
      const clock = () => page.evaluate(() => document.querySelector(".live")?.textContent);
      const held = await clock();
      await sleep(2_500);
      assert.equal(await clock(), held);
      assert.deepEqual(complaints, []);
      await page.close();
    });

    it("is exported as one file that needs no server", async () => {
      const folder = mkdtempSync(join(tmpdir(), "torchserve-check-export-"));
      const path = join(folder, "incident.html");
      writeFileSync(path, recorded.preview.exported());
      const { page, complaints } = await watch(browser, `file://${path}`);
      await until(page, "it shows charts", () => document.querySelectorAll(".plot canvas").length > 3);
      assert.match(await page.evaluate(() => document.querySelector(".notice")?.textContent ?? ""), /^Saved on /);
      assert.deepEqual(await violations(page), []);
      await page.evaluate(() => [...document.querySelectorAll<HTMLElement>(".tab")].at(-1)?.click());
      await until(page, "it shows the monitors", () => document.querySelectorAll(".monitor-page > li").length === 15);
      await picture(page, "exported");
      assert.deepEqual(complaints, []);
      await page.close();
      rmSync(folder, { recursive: true });
    });

    it("a page of another origin, without the token, or through a rebound name gets nothing", async () => {
      const { port } = new URL(recorded.url);
      const elsewhere = await serve(() =>
        new Response("<p>elsewhere</p>", { headers: { "content-type": "text/html" } })
      );
      try {
        const page = await browser.newPage();
        await page.goto(elsewhere.url);
        const got = await page.evaluate(async (url) => {
          const plain = await fetch(url).then(() => "an answer", () => "nothing");
          const opaque = await fetch(`${url}stream`, { mode: "no-cors" }).then((one) => one.type, () => "nothing");
          const stream = await new Promise((resolve) => {
            const source = new EventSource(`${url}stream`);
            source.onmessage = () => resolve("a frame");
            source.onerror = () => resolve("nothing");
          });
          return [plain, opaque, stream];
        }, recorded.url);
        assert.ok(got[0] === "nothing" && got[2] === "nothing" && got[1] !== "basic", `${got}`);
        const status = async (url: string) => (await page.goto(url))?.status();
        assert.equal(await status(recorded.url.replace("127.0.0.1", "rebound.example")), 403);
        assert.equal(await status(`http://127.0.0.1:${port}/`), 404);
        assert.equal(await status(recorded.url), 200);
        await page.close();
      } finally {
        await elsewhere.close();
      }
    });
  });

  it("shows a target that goes down and comes back as that", async () => {
    let emulator: Emulator = await startEmulator({ metricTimeInterval: 1 });
    const ports = {
      inferencePort: Number(new URL(emulator.inferenceUrl).port),
      managementPort: Number(new URL(emulator.managementUrl).port),
      metricsPort: Number(new URL(emulator.metricsUrl).port),
    };
    const recorded = await startRecorded({
      instances: [{ openmetrics_endpoint: emulator.metricsUrl }, { inference_api_url: emulator.inferenceUrl }],
    });
    try {
      const { page, complaints } = await watch(browser, recorded.url);
      const tile = (argument: string) =>
        document.querySelector("#w0-0-title")?.closest(".card")?.querySelector(".tile-word")?.textContent === argument;
      await until(page, "the tile is green", tile, "OK");
      await recorded.after(5);
      await emulator.close();
      await until(page, "the tile is red", tile, "CRITICAL");
      await until(
        page,
        "the target says so",
        () => document.querySelector(".targets .word")?.textContent?.startsWith("no answer") === true,
      );
      await sleep(4_000);
      assert.deepEqual(await violations(page), []);
      await picture(page, "down");
      emulator = await startEmulator({ metricTimeInterval: 1, ...ports });
      await until(page, "the tile is green again", tile, "OK");
      const data = widgetsOf(await recorded.frame("view=overview&range=60"))("How busy and full the machine is");
      assert.ok(data.kind === "time_series");
      const [[from = 0, to = 0] = []] = data.outages;
      assert.ok(data.outages.length === 1 && to - from >= 3, JSON.stringify(data.outages));
      assert.deepEqual(complaints, []);
      await page.close();
    } finally {
      await recorded.close();
      await emulator.close();
    }
  });

  it("stays fluent with a hundred models", async () => {
    const models = Array.from({ length: 100 }, (_, i) => ({ name: `model_${i + 1}`, workers: 2 }));
    const emulator = await startEmulator({ models, metricTimeInterval: 1 });
    const recorded = await startRecorded({
      instances: [
        { openmetrics_endpoint: emulator.metricsUrl },
        { inference_api_url: emulator.inferenceUrl },
        { management_api_url: emulator.managementUrl, extended_metrics: true },
      ],
    });
    const load = setInterval(() => {
      for (const [i, { name }] of models.entries()) emulator.predict(name, { times: 1 + i % 7 });
    }, 200);
    try {
      await recorded.after(5);
      const { page, complaints } = await watch(browser, recorded.url);
      await until(page, "it shows tiles", () => document.querySelectorAll(".is-dense .tile").length === 100);
      await sleep(3_000);
      assert.deepEqual(await violations(page), []);
      await picture(page, "hundred", true);
      assert.deepEqual(complaints, []);
      await page.close();
    } finally {
      clearInterval(load);
      await recorded.close();
      await emulator.close();
    }
  });

  describe("of a real TorchServe", () => {
    let recorded: RecordedPreview;
    before(() => {
      ({ recorded } = real);
    });

    it("complains of nothing and asks nobody while it is open", () => assert.deepEqual(real.complaints, []));

    it("every widget has data or its reason, and the numbers are those of the reports", async () => {
      const frame = await recorded.frame("view=overview&range=60");
      sameByHand(frame, new ByHand(recorded.rounds.filter(({ time }) => time <= frame.now), frame));
      const empty = frame.widgets.flatMap((data) => data.kind === "empty" ? [data.why] : []);
      assert.deepEqual([...new Set(empty)].sort(), [
        "no GPU is in use",
        "no inference_probe is set",
        "no model was added, removed or given another default version in the chosen time",
      ]);
      const logs = widgetsOf(frame)("Errors");
      assert.ok(
        logs.kind === "logs" && logs.rows.some(({ content }) => content.includes("asked to raise")),
        JSON.stringify(logs),
      );
    });

    it("complains of nothing, asks nobody and is accessible", async () => {
      const { page, complaints } = await watch(browser, recorded.url, { scheme: "dark", height: 6_000 });
      await until(page, "it shows log lines", () => document.querySelectorAll(".logs li").length > 3);
      assert.deepEqual(await silentCards(page), []);
      assert.deepEqual(await violations(page), []);
      await picture(page, "real", true);
      assert.deepEqual(complaints, []);
      await page.close();
    });
  });
});
