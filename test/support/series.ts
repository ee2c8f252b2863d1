import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import * as v from "valibot";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import type { Metric } from "../../plugin/report/mod.ts";

type SeriesReport = v.InferOutput<typeof messageSchemas.seriesReport>;
type Table = NonNullable<SeriesReport["series"]>;

/** What a host does that asked for series: it holds the last table of a check, and reads values by it. */
export class SeriesHost {
  #table: Table | undefined;
  /** Reports that came with a table. */
  tables = 0;

  /** What it says in its next run. */
  get seriesId(): string | undefined {
    return this.#table?.id;
  }

  /** The metrics of a result, which may have objects where series do not fit the host's lines. */
  read(result: unknown): Metric[] {
    if (typeof result === "object" && result !== null && "metrics" in result) {
      return v.parse(messageSchemas.report, result).metrics;
    }
    const report = v.parse(messageSchemas.seriesReport, result);
    if (report.series !== undefined) {
      this.#table = report.series;
      this.tables++;
    }
    assert.ok(this.#table !== undefined && this.#table.id === report.series_id);
    return metricsOf(this.#table, report.values);
  }
}

function metricsOf({ tags, hostnames, families }: Table, texts: readonly string[]): Metric[] {
  const values = texts.flatMap((text) => {
    const bytes = Buffer.from(text, "base64");
    assert.equal(bytes.length % 8, 0);
    return Array.from({ length: bytes.length / 8 }, (_, k) => bytes.readDoubleLE(8 * k));
  });
  let at = 0;
  const metrics = families.flatMap(({ name, type, hostname, flush_first_value, tags: indexes }) =>
    indexes.map((index): Metric => {
      const [list, value] = [tags[index], values[at++]];
      assert.ok(list !== undefined && value !== undefined);
      const host = hostname === undefined ? undefined : hostnames[hostname];
      assert.equal(host === undefined, hostname === undefined);
      return { name, type, value, tags: list, ...(host === undefined ? {} : { hostname: host }), flush_first_value };
    })
  );
  assert.equal(at, values.length);
  return metrics;
}

/** Metrics as sorted texts: their order between families, and a flag that says no by being absent, mean nothing. */
export function asSet(metrics: readonly Metric[]): string[] {
  return metrics.map(({ name, type, value, tags, hostname = null, flush_first_value: flush = false }) =>
    JSON.stringify([name, type, Object.is(value, -0) ? "-0" : value, tags, hostname, flush])
  ).sort();
}
