/**
 * One target gives one report, run after run: on both runtimes and compiled, written to a socket and to a pipe, as
 * objects, as series and in parts.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Metric, Report } from "../../plugin/report/mod.ts";
import { merge } from "../support/parts.ts";
import { BINARY, type Plugin, PLUGINS } from "../support/plugin_process.ts";
import { asSet, SeriesHost } from "../support/series.ts";
import type { TestServer } from "../contract/http_servers.ts";
import { Host } from "./host.ts";
import { answer, rawHttpServer } from "./servers.ts";

/** Longer lines are written in parts where the host says so, in bytes. */
const LINE = 20_000;
const RUNS = 3;
const SERIES = { capabilities: { reports: "series" } };
const PARTS = { max_message_bytes: LINE };

/** A host that wants its reports in one of the ways that the protocol has. */
class Way {
  readonly name: string;
  readonly #host: Host;
  readonly #series = new Map<string, SeriesHost>();

  constructor(plugin: Plugin, private readonly wanted: Readonly<Record<string, unknown>>) {
    this.name = `${plugin.name} ${JSON.stringify(wanted)}`;
    this.#host = new Host(plugin);
  }

  async start(): Promise<void> {
    await this.#host.ask("initialize", { protocol_version: 1, ...this.wanted });
  }

  async run(instance: Record<string, unknown>, id: string): Promise<Report> {
    const series = this.wanted["capabilities"] === undefined ? undefined : this.#seriesOf(id);
    const params = {
      check_id: id,
      instance,
      ...(series?.seriesId === undefined ? {} : { series_id: series.seriesId }),
    };
    const sent = this.#host.send("check/run", params);
    const { result } = await sent.reply;
    const parts = this.#host.notifications.splice(0).flatMap(({ method, params }) =>
      method === "report" && isPart(params) && params.id === sent.id ? [params.part] : []
    );
    const whole = [...parts, result].reduce(merge) as
      & Report
      & Partial<Record<"series" | "series_id" | "values", unknown>>;
    if (series === undefined) return whole;
    const { series: _table, series_id: _id, values: _values, ...rest } = whole;
    return { ...rest, metrics: series.read(whole) };
  }

  async finish(): Promise<void> {
    await this.#host.finish();
  }

  #seriesOf(id: string): SeriesHost {
    const series = this.#series.get(id) ?? new SeriesHost();
    this.#series.set(id, series);
    return series;
  }
}

function isPart(params: unknown): params is { readonly id: unknown; readonly part: unknown } {
  return typeof params === "object" && params !== null && "id" in params && "part" in params;
}

/** A family of a page; which of its rows there are, and their values, differ from run to run. */
const family = fc.record({
  type: fc.constantFrom("counter", "gauge", "histogram", "summary"),
  rows: fc.constantFrom(1, 3, 40, 900),
  gone: fc.constantFrom(-1, -1, -1, 0, 1, 2),
  label: fc.constantFrom("a", "日本é", "x".repeat(200)),
  values: fc.array(
    fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(), fc.constant(1e21)),
    { minLength: 1, maxLength: 7 },
  ),
});
type Family = typeof family extends fc.Arbitrary<infer T> ? T : never;

const options = fc.record({
  histogram_buckets_as_distributions: fc.boolean(),
  non_cumulative_histogram_buckets: fc.boolean(),
  exclude_labels: fc.constantFrom([], ["zone"]),
  hostname_label: fc.constantFrom("", "zone"),
  tags: fc.constantFrom([], ["team:a", "bare"]),
});

function pageOf(families: readonly Family[], run: number): string {
  return families.map(({ type, rows, gone, label, values }, f) => {
    if (gone === run) return "";
    const name = `f${f}${type === "counter" ? "_total" : ""}`;
    const lines = Array.from({ length: rows }, (_, i) => {
      const labels = `model_name="m${i}",zone="${label}${i % 3}"`;
      const value = values[(i + run) % values.length];
      if (type === "histogram") {
        const count = (le: number) => Math.round(le * (i + run + 1));
        return [1, 5, 9].map((le) => `${name}_bucket{${labels},le="${le}"} ${count(le)}\n`).join("") +
          `${name}_bucket{${labels},le="+Inf"} ${count(9)}\n${name}_sum{${labels}} 1\n${name}_count{${labels}} ${
            count(9)
          }\n`;
      }
      if (type === "summary") {
        return `${name}{${labels},quantile="0.5"} ${value}\n${name}_count{${labels}} ${i + run}\n`;
      }
      return `${name}{${labels}} ${type === "counter" ? i + 10 * run : value}\n`;
    });
    return `# TYPE ${name} ${type}\n${lines.join("")}`;
  }).join("");
}

/** What has to be the same: all but durations, the address, and the order of metrics. */
function comparable(report: Report, address: string): unknown {
  const { metrics, stats: { requests, bytes, samples }, ...rest } = report;
  const text = JSON.stringify({ ...rest, requests, bytes, samples, metrics: asSet(metrics as Metric[]) });
  return JSON.parse(text.replaceAll(address, "ADDRESS"));
}

describe("a report", () => {
  const piped: Plugin = { name: "piped", command: ["/bin/sh", "-c", `'${BINARY.command[0]}' | cat`] };
  const ways = [...PLUGINS, piped].flatMap((plugin) => [{}, SERIES, PARTS].map((wanted) => new Way(plugin, wanted)));
  const pages = new Map<string, string>();
  let server: TestServer;
  before(async () => {
    server = await rawHttpServer((socket, { target }) => socket.end(answer(200, pages.get(target) ?? "")));
    await Promise.all(ways.map((way) => way.start()));
  });
  after(async () => {
    await Promise.all(ways.map((way) => way.finish()));
    server.close();
  });

  it("is the same however it is made and written, run after run", async () => {
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(family, { minLength: 1, maxLength: 4 }), options, async (families, chosen) => {
        const id = `case-${cases++}`;
        const address = `http://127.0.0.1:${server.port}/${id}`;
        const instance = { openmetrics_endpoint: address, extra_metrics: [".+"], ...chosen };
        for (let run = 0; run < RUNS; run++) {
          pages.set(`/${id}`, pageOf(families, run));
          const reports = await Promise.all(ways.map((way) => way.run(instance, id)));
          const [first, ...others] = reports.map((report) => comparable(report, address));
          others.forEach((other, i) => assert.deepEqual(other, first, `run ${run}: ${ways[i + 1]?.name}`));
        }
      }),
      { numRuns: 12 },
    );
    assert.ok(cases >= 12);
  });
});
