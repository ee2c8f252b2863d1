import type { FileInstance, FileResult } from "../config/mod.ts";
import type { Finding } from "../doctor/mod.ts";
import { type InstanceReport, judged } from "../formats/mod.ts";

/** Most instances of a host that are looked at for the reason of one of them. */
const MAX_TOGETHER = 8;
/** Of each probe, and for all of it, in milliseconds: somebody waits for a report. */
const TIMES = { probeMs: 1_000, againMs: 2_500, timeoutMs: 12_000 } as const;
/** What an instance says itself: there is nothing to look for. */
const EXPLAINED: ReadonlySet<string> = new Set(["config", "timeout", "internal", "limit"]);

/** Has the doctor say why an instance is not well: the first line of what `torchserve-check doctor` says of it. */
export class Diagnosis {
  readonly #findings = new Map<string, Promise<readonly Finding[]>>();

  constructor(readonly file: FileResult, readonly instances: readonly FileInstance[]) {}

  /** The report, with its cause where one is found. It takes no time where all is well. */
  async explain(of: InstanceReport): Promise<InstanceReport> {
    const { insight, report } = of;
    if (insight === undefined || isWell(of) || EXPLAINED.has(report.error?.code ?? "")) return of;
    const finding = (await this.#of(of)).find(({ level, instances }) =>
      level !== "fine" && instances.includes(of.instance)
    );
    if (finding === undefined || finding.message === report.error?.message) return of;
    const { message, remedy } = finding;
    return { ...of, insight: { ...insight, cause: { message, ...(remedy === undefined ? {} : { remedy }) } } };
  }

  /** What the doctor finds on the host of an instance; asked once for all instances there. */
  #of({ instance, url = "" }: InstanceReport): Promise<readonly Finding[]> {
    const host = hostOf(url);
    const known = this.#findings.get(host);
    if (known !== undefined) return known;
    const others = this.instances.filter(({ path, result }) =>
      path !== instance && result.ok && [host, ""].includes(hostOf(result.config.url))
    );
    const own = this.instances.filter(({ path }) => path === instance);
    const found = examineSome(this.file, [...own, ...others].slice(0, MAX_TOGETHER));
    this.#findings.set(host, found);
    return found;
  }
}

/** A report whose service checks are OK, and that misses nothing. */
function isWell(of: InstanceReport): boolean {
  return of.report.status === "ok" && judged(of).service_checks.every(({ status }) => status === 0);
}

/** `""` for the path of a log. */
function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}

async function examineSome(file: FileResult, instances: readonly FileInstance[]): Promise<readonly Finding[]> {
  const [{ examine }, { systemProcRoot }, { OutOfTimeError }] = await Promise.all([
    import("../doctor/mod.ts"),
    import("../discover/mod.ts"),
    import("../runtime/bounds.ts"),
  ]);
  try {
    return await examine({ file: { ...file, instances, issues: [] } }, {
      ...TIMES,
      procRoot: systemProcRoot(),
      nowMs: Date.now(),
    });
  } catch (thrown) {
    if (!(thrown instanceof OutOfTimeError)) throw thrown;
    return [];
  }
}
