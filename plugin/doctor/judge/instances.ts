import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { FindingId } from "../catalogue.ts";
import type { Endpoint } from "../gather/endpoint.ts";
import type { Code } from "../../report/mod.ts";

const IDS: Readonly<Partial<Record<Code, FindingId>>> = {
  tls: "tls",
  connect: "unreachable",
  timeout: "unreachable",
  http: "other_program",
  parse: "other_program",
};

/**
 * What the instances themselves say is wrong, as far as nothing before explains it, and what is well.
 *
 * @param explained the paths of instances that have a finding
 */
export function judgeInstances({ endpoints }: Facts, explained: ReadonlySet<string>): Finding[] {
  return endpoints.flatMap((endpoint) => {
    if (!explained.has(endpoint.path)) return judge(endpoint);
    // Of models something is wrong, and the API that tells of them is well.
    const { path, config: { kind, url }, report } = endpoint;
    if (kind !== "management" || report.error !== undefined) return [];
    return [{
      id: "api",
      level: "fine",
      message: `The management API ${url} answers${by(report)}`,
      evidence: [],
      instances: [path],
    }];
  });
}

/** ` (TorchServe 0.12.0)`, where it is told. */
function by({ metadata: { version } }: Endpoint["report"]): string {
  return version === undefined ? "" : ` (TorchServe ${version})`;
}

function judge(endpoint: Endpoint): Finding[] {
  const { path, config, report } = endpoint;
  const instances = [path];
  const { error } = report;
  if (error !== undefined) {
    return [{
      id: IDS[error.code] ?? "instance",
      level: "wrong",
      message: error.message,
      evidence: [`The instance ${path}, ${config.url}.`],
      ...(error.hint === undefined ? {} : { remedy: error.hint }),
      instances,
    }];
  }
  const bad = report.service_checks.filter(({ status }) => status !== 0);
  const said = [
    ...bad.map(({ name, message }) => `${name}: ${message ?? "not well"}`),
    ...(report.status === "partial" ? report.warnings.map(({ message }) => message) : []),
  ];
  const [first, ...more] = new Set(said);
  if (first !== undefined) {
    return [{
      id: "instance",
      level: bad.some(({ status }) => status === 2) ? "wrong" : "doubtful",
      message: `${config.url}: ${first}`,
      evidence: more,
      instances,
    }];
  }
  return [{
    id: config.kind === "management" ? "models" : "api",
    level: "fine",
    message: wellText(endpoint),
    evidence: [],
    instances,
  }];
}

function wellText({ config: { kind, url }, report, models }: Endpoint): string {
  switch (kind) {
    case "inference":
      return `The inference API ${url} is healthy${by(report)}`;
    case "openmetrics":
      return `The metrics endpoint ${url} has ${report.stats.samples} samples` +
        (report.stats.samples === 0 ? ": nobody called a model yet" : "");
    case "metrics_log":
      return `The metric logs in ${url} can be read`;
    case "management": {
      const versions = models.flatMap((model) => "error" in model ? [] : model.versions);
      const workers = versions.flatMap((one) => one.workers ?? []);
      const ready = workers.filter(({ status }) => status === "READY").length;
      const more = versions.length > models.length ? ` in ${versions.length} versions` : "";
      return `The management API ${url} answers${by(report)}: ${models.length} ${
        models.length === 1 ? "model" : "models"
      }${more}, ${ready} of ${workers.length} workers READY`;
    }
  }
}
