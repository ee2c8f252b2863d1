import type { HttpConfig, HttpKind } from "../config/mod.ts";
import { HttpError, type HttpFailure } from "../http/mod.ts";
import type { HttpClient } from "../http/mod.ts";
import type { ReportError } from "../report/mod.ts";
import { monotonicMs, OutOfTimeError, within } from "../runtime/bounds.ts";
import {
  APIS,
  describeApi,
  foreignBody,
  GRPC_PORTS,
  noKeyFits,
  origin,
  sharesAddress,
  TargetError,
  type TargetReason,
  type TorchServeApi,
  toReportError,
  usualAddress,
  wantsTls,
} from "../torchserve/mod.ts";

/** The kinds of instance that ask a server, with the server that they want. */
const WANTED = {
  openmetrics: "metrics",
  inference: "inference",
  management: "management",
} as const satisfies Readonly<Record<HttpKind, TorchServeApi>>;

/** How long a server may take to show that it speaks TLS, or to say which API it is, in milliseconds. */
const [TLS_MS, DESCRIPTION_MS] = [1_000, 3_000];

/** What a wrong address can end in. */
const COULD_BE_OTHER: ReadonlySet<TargetReason> = new Set([
  "credentials",
  "key_file",
  "key_refused",
  "no_such_model",
  "no_such_resource",
  "unexpected_body",
]);

/**
 * Why an instance could not use what it got, in the report's words, with what was found at the address and which address
 * to use instead. It may ask the server what it is (`OPTIONS /`), once, where that could tell.
 */
export async function explainFailure(
  thrown: unknown,
  config: HttpConfig,
  http: HttpClient,
): Promise<ReportError> {
  const error = toReportError(thrown);
  if (thrown instanceof HttpError) return await explainNoResponse(error, thrown.failure, config.kind, config.url, http);
  if (!(thrown instanceof TargetError)) return error;
  const { response } = thrown;
  if (response !== undefined && wantsTls(response)) return speaksOnlyTls(config.kind, config.url);
  const foreign = response === undefined ? undefined : foreignBody(response);
  if (foreign?.html === true || (foreign !== undefined && response !== undefined && response.status >= 500)) {
    return fromProxy(error, foreign.description, config.kind, config.url);
  }
  if (!COULD_BE_OTHER.has(thrown.reason)) return error;
  return await explainWrongApi(thrown, error, config.kind, config.url, http) ?? error;
}

function useInstead(kind: HttpKind, url: string): string {
  const { option, name } = APIS[WANTED[kind]];
  return `set ${option} to the address of TorchServe's ${name}: ${usualAddress(WANTED[kind], url)} as installed`;
}

/** Another server of TorchServe than the one that is wanted, or the right one at a wrong path. */
async function explainWrongApi(
  { reason }: TargetError,
  error: ReportError,
  kind: HttpKind,
  url: string,
  http: HttpClient,
): Promise<ReportError | undefined> {
  const api = WANTED[kind];
  const { name, option, path } = APIS[api];
  const found = await guess(askWhatItIs(http, kind, url), DESCRIPTION_MS);
  if (found === undefined) return undefined;
  const { base, apis } = found;
  const [other] = apis;
  if (other === undefined) return undefined;
  const isAboutKeys = reason === "key_refused" || reason === "key_file";
  if (api === "management" && isAboutKeys && sharesAddress(apis)) return toReportError(noKeyFits(url));
  if (!apis.has(api)) {
    return {
      code: "http",
      message: `${url} is TorchServe's ${APIS[other].name}, not its ${name}`,
      hint: useInstead(kind, url),
    };
  }
  if (reason !== "no_such_resource" && reason !== "no_such_model") return undefined;
  return { ...error, hint: `TorchServe's ${name} is there, at another path: set ${option} to ${base}${path}` };
}

async function askWhatItIs(
  http: HttpClient,
  kind: HttpKind,
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

function fromProxy(error: ReportError, description: string, kind: HttpKind, url: string): ReportError {
  return {
    code: error.code,
    message: `${error.message} (${description}, not an answer of TorchServe)`,
    hint: error.hint ??
      "what answers there is a proxy, a login page or another program: check that it leads to TorchServe, or " +
        useInstead(kind, url),
  };
}

/** No complete response: TLS where there is none and the other way round, gRPC. */
async function explainNoResponse(
  error: ReportError,
  failure: HttpFailure,
  kind: HttpKind,
  url: string,
  http: HttpClient,
): Promise<ReportError> {
  const address = URL.parse(url);
  if (address === null) return error;
  const { option } = APIS[WANTED[kind]];
  const isGrpcPort = GRPC_PORTS.has(Number(address.port));
  if (address.protocol === "https:") {
    if (failure !== "no_tls") return error;
    if (isGrpcPort) return grpc(error, kind, url);
    return { ...error, hint: `set ${option} to ${withScheme(url, "http")} if TorchServe has no TLS on this port` };
  }
  const isTls = failure === "only_tls" ||
    (failure === "no_response" && await speaksTls(http, withScheme(url, "https")));
  if (isTls) return speaksOnlyTls(kind, url);
  if (failure === "not_http" || (isGrpcPort && error.code !== "timeout")) return grpc(error, kind, url);
  return error;
}

function speaksOnlyTls(kind: HttpKind, url: string): ReportError {
  const { option } = APIS[WANTED[kind]];
  return {
    code: "tls",
    message: `${url} speaks TLS, not plain HTTP`,
    hint: `set ${option} to ${withScheme(url, "https")}`,
  };
}

const withScheme = (url: string, scheme: "http" | "https") => url.replace(/^https?/i, scheme);

function grpc(error: ReportError, kind: HttpKind, url: string): ReportError {
  return {
    ...error,
    hint: `TorchServe's gRPC ports (${[...GRPC_PORTS].join(" and ")} as installed) answer like this: ${
      useInstead(kind, url)
    }`,
  };
}

/** Whether there is TLS at an address; whose certificate it has does not matter. */
async function speaksTls(http: HttpClient, url: string): Promise<boolean> {
  try {
    return await guess(http.request({ url: `${origin(url)}/`, method: "OPTIONS" }), TLS_MS) !== undefined;
  } catch (thrown) {
    if (!(thrown instanceof HttpError)) throw thrown;
    return thrown.code === "tls" && thrown.failure !== "no_tls";
  }
}

/** Work that only explains: where it takes longer, there is no explanation, and the rest of the run is not spent on it. */
async function guess<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  try {
    return await within(work, { deadlineMs: monotonicMs() + ms });
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError) return undefined;
    throw thrown;
  }
}
