import type { ValidConfig } from "../config/mod.ts";
import { HttpError, type HttpFailure } from "../http/errors.ts";
import type { HttpClient, HttpResponse } from "../http/types.ts";
import type { ReportError } from "../report/report.ts";
import { TargetError, toReportError } from "../torchserve/responses.ts";
import { describeApi, type TorchServeApi } from "../torchserve/api_description.ts";
import { foreignBody, origin, wantsTls } from "../torchserve/foreign_responses.ts";

/** What an instance wants to talk to: its option, its server's name, and where a TorchServe as installed has it. */
const WANTED = {
  openmetrics: {
    option: "openmetrics_endpoint",
    api: "metrics",
    name: "metrics endpoint",
    port: 8082,
    path: "/metrics",
  },
  inference: { option: "inference_api_url", api: "inference", name: "inference API", port: 8080, path: "" },
  management: { option: "management_api_url", api: "management", name: "management API", port: 8081, path: "" },
} as const;

const NAMES: Readonly<Record<TorchServeApi, string>> = {
  inference: WANTED.inference.name,
  management: WANTED.management.name,
  metrics: WANTED.openmetrics.name,
};

/** TorchServe's gRPC ports as installed. */
const GRPC_PORTS: ReadonlySet<string> = new Set(["7070", "7071"]);

/** The kinds of instance that ask a server. */
type Kind = keyof typeof WANTED;

/**
 * Why an instance could not use what it got, in the report's words, with what was found at the address and which address
 * to use instead. It may ask the server what it is (`OPTIONS /`), once, where that could tell.
 */
export async function explainFailure(
  thrown: unknown,
  config: ValidConfig,
  http: HttpClient,
): Promise<ReportError> {
  const error = toReportError(thrown);
  if (config.kind === "metrics_log") return error;
  if (thrown instanceof HttpError) return await explainNoAnswer(error, thrown.failure, config.kind, config.url, http);
  if (!(thrown instanceof TargetError)) return error;
  const { response } = thrown;
  if (response !== undefined && wantsTls(response)) return speaksOnlyTls(config.kind, config.url);
  const foreign = response === undefined ? undefined : foreignBody(response);
  if (foreign?.html === true || (foreign !== undefined && response !== undefined && response.status >= 500)) {
    return fromProxy(error, foreign.description, config.kind, config.url);
  }
  const couldBeOther = error.code === "auth" || error.code === "parse" || response?.status === 404 ||
    response?.status === 405;
  if (!couldBeOther) return error;
  return await explainWrongApi(error, config.kind, config.url, http, response) ?? error;
}

/** The address of an API on the host of another one, on the port that TorchServe has it on as installed. */
function usualAddress(kind: Kind, url: string): string {
  const { port, path } = WANTED[kind];
  const address = URL.parse(url);
  if (address === null) return `http://localhost:${port}${path}`;
  return `${address.protocol}//${address.hostname}:${port}${path}`;
}

function useInstead(kind: Kind, url: string): string {
  const { option, name } = WANTED[kind];
  return `set ${option} to the address of TorchServe's ${name}: ${usualAddress(kind, url)} as installed`;
}

/** Another server of TorchServe than the one that is wanted, or the right one at a wrong path. */
async function explainWrongApi(
  error: ReportError,
  kind: Kind,
  url: string,
  http: HttpClient,
  response: HttpResponse | undefined,
): Promise<ReportError | undefined> {
  const { api, name, option, path } = WANTED[kind];
  const found = await askWhatItIs(http, kind, url);
  if (found === undefined) return undefined;
  const { base, apis } = found;
  const [other] = apis;
  if (other === undefined) return undefined;
  if (!apis.has(api)) {
    return {
      code: "http",
      message: `${url} is TorchServe's ${NAMES[other]}, not its ${name}`,
      hint: useInstead(kind, url),
    };
  }
  if (response?.status !== 404 && response?.status !== 405) return undefined;
  return { ...error, hint: `TorchServe's ${name} is there, at another path: set ${option} to ${base}${path}` };
}

async function askWhatItIs(
  http: HttpClient,
  kind: Kind,
  url: string,
): Promise<{ base: string; apis: ReadonlySet<TorchServeApi> } | undefined> {
  const own = url.replace(/[?#].*/s, "").replace(/\/+$/, "");
  const bases = new Set(kind === "openmetrics" ? [origin(url)] : [own, origin(url)]);
  for (const base of bases) {
    try {
      const described = await describeApi(http, base);
      if (described !== undefined) return { base, apis: described.apis };
    } catch (thrown) {
      if (!(thrown instanceof HttpError || thrown instanceof TargetError)) throw thrown;
      return undefined;
    }
  }
  return undefined;
}

function fromProxy(error: ReportError, description: string, kind: Kind, url: string): ReportError {
  return {
    code: error.code,
    message: `${error.message} (${description}, not an answer of TorchServe)`,
    hint: error.hint ??
      "what answers there is a proxy, a login page or another program: check that it leads to TorchServe, or " +
        useInstead(kind, url),
  };
}

/** No complete answer: TLS where there is none and the other way round, gRPC. */
async function explainNoAnswer(
  error: ReportError,
  failure: HttpFailure,
  kind: Kind,
  url: string,
  http: HttpClient,
): Promise<ReportError> {
  const address = URL.parse(url);
  if (address === null) return error;
  const { option } = WANTED[kind];
  const isGrpcPort = GRPC_PORTS.has(address.port);
  if (address.protocol === "https:") {
    if (failure !== "no_tls") return error;
    if (isGrpcPort) return grpc(error, kind, url);
    return { ...error, hint: `set ${option} to ${withScheme(url, "http")} if TorchServe has no TLS on this port` };
  }
  const isTls = failure === "only_tls" ||
    (failure === "no_answer" && await speaksTls(http, withScheme(url, "https")));
  if (isTls) return speaksOnlyTls(kind, url);
  if (failure === "not_http" || (isGrpcPort && error.code !== "timeout")) return grpc(error, kind, url);
  return error;
}

function speaksOnlyTls(kind: Kind, url: string): ReportError {
  const { option } = WANTED[kind];
  return {
    code: "tls",
    message: `${url} speaks TLS, not plain HTTP`,
    hint: `set ${option} to ${withScheme(url, "https")}`,
  };
}

const withScheme = (url: string, scheme: "http" | "https") => url.replace(/^https?/i, scheme);

function grpc(error: ReportError, kind: Kind, url: string): ReportError {
  return {
    ...error,
    hint: `TorchServe's gRPC ports (7070 and 7071 as installed) answer like this: ${useInstead(kind, url)}`,
  };
}

/** Whether there is TLS at an address; whose certificate it has does not matter. */
async function speaksTls(http: HttpClient, url: string): Promise<boolean> {
  try {
    await http.request({ url: `${origin(url)}/`, method: "OPTIONS" });
    return true;
  } catch (thrown) {
    if (!(thrown instanceof HttpError)) throw thrown;
    return thrown.code === "tls" && thrown.failure !== "no_tls";
  }
}
