import { loadFormat } from "../formats/mod.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import { clip, oneLine } from "../text/mod.ts";
import { acceptedFormat } from "./accept.ts";
import type { Exporter } from "./exporter.ts";
import { RefusedTargetError } from "./gate.ts";
import type { Refusal } from "./own_metrics.ts";
import { probePage, probeTable } from "./probe_page.ts";
import { BusyError, type Probed } from "./prober.ts";
import { scrapeTimeMs } from "./scrape_time.ts";
import { DEFAULT_MODULE, type Settings } from "./settings.ts";
import { shownModule } from "./shown_settings.ts";
import { BadTargetError } from "./target.ts";

/** Lines of a probe's log that `debug=true` shows. */
const MAX_LOG = 1_000;

/** A probe that is not made. */
interface Refused {
  readonly status: 400 | 403 | 503;
  readonly reason: Refusal;
  readonly message: string;
}

/** Answers `/probe?target=…&module=…&debug=true`: 200 whatever becomes of the target, another status when it is not asked. */
export async function handleProbe(exporter: Exporter, request: Request, gone: AbortSignal): Promise<Response> {
  const { metrics, options, prober } = exporter;
  const { searchParams } = new URL(request.url);
  const refuse = ({ status, reason, message }: Refused) => {
    metrics.refused(reason);
    options.log("debug", `a probe was refused: ${message}`);
    return plainText(`${message}\n`, status, status === 503 ? { "Retry-After": "1" } : {});
  };
  const [target, ...others] = searchParams.getAll("target");
  if (!target || others.length > 0) {
    return refuse({ status: 400, reason: "parameter", message: "One target is expected: /probe?target=HOST" });
  }
  const moduleName = searchParams.get("module") ?? DEFAULT_MODULE;
  const module = prober.settings.modules.get(moduleName);
  if (module === undefined) {
    const message = `There is no module ${JSON.stringify(oneLine(clip(moduleName, 100)))}`;
    return refuse({ status: 400, reason: "module", message });
  }
  const header = request.headers.get("X-Prometheus-Scrape-Timeout-Seconds");
  const timeoutMs = scrapeTimeMs(header, options.timeoutOffset, module.probeTimeout);
  if (timeoutMs === undefined) {
    const message = "X-Prometheus-Scrape-Timeout-Seconds is no number of seconds above 0 in plain digits, such as 9.5";
    return refuse({ status: 400, reason: "parameter", message });
  }
  const lines: string[] = [];
  const log = (level: LogLevel, message: string) => {
    if (lines.length < MAX_LOG) lines.push(`${level}: ${oneLine(message)}`);
    options.log(level, `${oneLine(clip(target, 200))}: ${message}`);
  };
  let probed: Probed;
  try {
    probed = await prober.probe(target, module, { timeoutMs, signal: gone, log });
  } catch (thrown) {
    const refused = asRefusal(thrown);
    if (refused === undefined) throw thrown;
    return refuse(refused);
  }
  metrics.probed(module.name, probed.isSuccess, probed.seconds);
  tellResults(probed, log);
  if (searchParams.get("debug") === "true") {
    return await debugPage(probed, prober.settings, module.name, timeoutMs, lines);
  }
  const name = acceptedFormat(request.headers.get("Accept"));
  const { contentType = "" } = await loadFormat(name);
  return new Response(await probePage(probed, timeoutMs, name), { headers: { "Content-Type": contentType } });
}

/** A line for each API, and for what a report says besides. */
function tellResults({ results }: Probed, log: (level: LogLevel, message: string) => void): void {
  if (results.length === 0) log("debug", "the name of the target was not looked up in time");
  for (const { api, of: { url, report } } of results) {
    const { status, stats, error, warnings } = report;
    const failure = error === undefined ? "" : `: ${error.code}: ${error.message}`;
    log("debug", `${api} ${url}: ${status}, ${stats.requests} requests in ${stats.duration_ms} ms${failure}`);
    for (const { code, message } of warnings) log("debug", `${api}: ${code}: ${message}`);
  }
}

function asRefusal(thrown: unknown): Refused | undefined {
  if (thrown instanceof BadTargetError) return { status: 400, reason: "parameter", message: thrown.message };
  if (thrown instanceof RefusedTargetError) return { status: 403, reason: "target", message: thrown.message };
  if (thrown instanceof BusyError) return { status: 503, reason: "busy", message: thrown.message };
  return undefined;
}

/** What a probe did, for a person. */
async function debugPage(
  probed: Probed,
  settings: Settings,
  module: string,
  timeoutMs: number,
  lines: readonly string[],
): Promise<Response> {
  const parts = [
    ["Log of the probe", lines.map((line) => `${line}\n`).join("")],
    ["What was found", await probeTable(probed)],
    ["Metrics that a scrape gets", await probePage(probed, timeoutMs, "prometheus")],
    [`Module ${module}`, await shownModule(settings, module)],
  ];
  return plainText(parts.map(([title, text]) => `${title}:\n\n${text}`).join("\n"), 200);
}

function plainText(text: string, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers } });
}
