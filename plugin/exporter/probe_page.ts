import { loadCatalogue } from "../catalogue/mod.ts";
import { exposeFamilies, type Family, loadFormat, plain } from "../formats/mod.ts";
import type { Probed } from "./prober.ts";

/** The two formats that are served. */
export type ExpositionFormat = "openmetrics" | "prometheus";

/** What OpenMetrics ends with. */
const END = "# EOF\n";

/** What a page is made with. */
const OPTIONS = { failOn: "never", quiet: false, paint: plain, catalogue: loadCatalogue, remembers: true } as const;

/** What a probe found, as a scrape reads it: the series of the reports, then those of the probe itself. */
export async function probePage(probed: Probed, timeoutMs: number, name: ExpositionFormat): Promise<string> {
  const { kept } = probed;
  const format = await loadFormat(name);
  const render = async () => {
    const reports = probed.results.map(({ of }) => of);
    const { text, state } = await format.render({ reports, state: kept.formatState }, OPTIONS);
    kept.formatState = state;
    return text;
  };
  const rendered = kept.rendering.then(render);
  kept.rendering = rendered.catch(() => {});
  return joined([await rendered, await exposeFamilies(probeFamilies(probed, timeoutMs), name)]);
}

/** The reports of a probe, for a person. */
export async function probeTable({ results }: Probed): Promise<string> {
  const { text } = await (await loadFormat("table")).render({ reports: results.map(({ of }) => of) }, OPTIONS);
  return text;
}

/** Several texts of one format as one. */
function joined(texts: readonly string[]): string {
  const whole = texts.map((text) => text.endsWith(END) ? text.slice(0, -END.length) : text).join("");
  return texts.some((text) => text.endsWith(END)) ? whole + END : whole;
}

function probeFamilies({ results, seconds, isSuccess }: Probed, timeoutMs: number): readonly Family[] {
  const gauge = (name: string, help: string, samples: Iterable<readonly [string, number]>): Family => ({
    name,
    help,
    type: "gauge",
    samples: new Map(samples),
  });
  const families = [
    gauge("probe_success", "Whether all that was asked for was collected, and no server is unhealthy", [
      ["", Number(isSuccess)],
    ]),
    gauge(
      "probe_api_success",
      "The same for each API of TorchServe",
      results.map(({ api, isWell }) => [
        `api="${api}"`,
        Number(isWell),
      ]),
    ),
    gauge("probe_duration_seconds", "How long the probe took", [["", seconds]]),
    gauge("probe_timeout_seconds", "How long it might have taken", [["", timeoutMs / 1_000]]),
  ];
  return families.filter(({ samples }) => samples.size > 0);
}
