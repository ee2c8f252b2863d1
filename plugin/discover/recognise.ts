import * as v from "valibot";
import {
  APIS,
  describeApi,
  describeResponse,
  foreignBody,
  isKeyRefusal,
  readJson,
  resource,
  TORCHSERVE_METRICS,
} from "../torchserve/mod.ts";
import type { HttpClient, HttpResponse } from "../http/mod.ts";

/** What a metrics page holds: samples, only what describes them, or nothing at all, as with `metrics_mode=log`. */
export type MetricsPage = "samples" | "descriptions" | "empty";

/** An API at an address. */
export type RecognisedApi =
  | { readonly api: "metrics"; readonly page: MetricsPage }
  | { readonly api: "inference" | "management"; readonly wantsToken: boolean };

/** What answers at an address. */
export interface Recognised {
  readonly apis: readonly RecognisedApi[];
  /** TorchServe's version, where it tells. */
  readonly version?: string;
  /** What answers there, where it is no API of TorchServe that can be named. */
  readonly other?: string;
  /** What answers there may speak TLS as well, or only that. */
  readonly mayWantTls?: boolean;
}

/**
 * Recognises the APIs of TorchServe at an address, by what they answer: they describe themselves (`OPTIONS /`), and where
 * something on the way does not let that pass, they are asked for what each of them has.
 *
 * @param address `http://host:port`
 * @throws {HttpError} when there is no complete answer
 */
export async function recognise(http: HttpClient, address: string, port: number): Promise<Recognised> {
  const description = await describeApi(http, address);
  if (description === undefined) return await recogniseByResponses(http, address, port);
  const { apis: described, version } = description;
  const apis: RecognisedApi[] = [];
  for (const api of ["inference", "management"] as const) {
    if (described.has(api)) apis.push({ api, wantsToken: isKeyRefusal(await ask(http, address, APIS[api].probe)) });
  }
  if (described.has("metrics")) {
    const response = await ask(http, address, APIS.metrics.probe);
    if (response.status === 200 && !foreignBody(response)?.html) {
      apis.push({ api: "metrics", page: readPage(response.text()).page });
    }
  }
  const isVersion = version !== undefined && /^\w[\w.+-]{0,49}$/.test(version);
  return { apis, ...(isVersion ? { version } : {}) };
}

async function ask(http: HttpClient, address: string, path: string): Promise<HttpResponse> {
  return await http.request({ url: resource(address, path) });
}

const pingSchema = v.object({ status: v.picklist(["Healthy", "Partial Healthy", "Unhealthy"]) });
const modelsSchema = v.object({ models: v.array(v.object({ modelName: v.string() })) });

async function recogniseByResponses(http: HttpClient, address: string, port: number): Promise<Recognised> {
  const ping = await ask(http, address, APIS.inference.probe);
  if (v.is(pingSchema, readJson(ping.text()))) return { apis: [{ api: "inference", wantsToken: false }] };
  const models = await ask(http, address, APIS.management.probe);
  if (models.status === 200 && v.is(modelsSchema, readJson(models.text()))) {
    return { apis: [{ api: "management", wantsToken: false }] };
  }
  if (isKeyRefusal(ping) && isKeyRefusal(models)) {
    // To somebody without a key, the two answer alike.
    if (port === APIS.inference.port) return { apis: [{ api: "inference", wantsToken: true }] };
    if (port === APIS.management.port) return { apis: [{ api: "management", wantsToken: true }] };
    return {
      apis: [],
      other: "a TorchServe that wants a token answers there, and does not tell which of its APIs it is",
    };
  }
  const metrics = await ask(http, address, APIS.metrics.probe);
  if (metrics.status === 200) {
    const { page, isTorchServe } = readPage(metrics.text());
    if (isTorchServe) return { apis: [{ api: "metrics", page }] };
  }
  const { description } = foreignBody(ping) ?? { description: describeResponse(ping) };
  return {
    apis: [],
    other: `it is not TorchServe that answers there: ${description}`,
    // TorchServe with TLS answers plain HTTP with 403, others with 400; not all of them say why.
    mayWantTls: ping.status === 400 || ping.status === 403,
  };
}

/** A metrics page in the text format: what it holds, and whether a family in it is one of TorchServe's own. */
function readPage(text: string): { page: MetricsPage; isTorchServe: boolean } {
  const isSample = /^[^#\s]/m.test(text);
  const page = isSample ? "samples" : text.trim() === "" ? "empty" : "descriptions";
  const names = text.matchAll(/^(?:# (?:TYPE|HELP) )?([A-Za-z_:][\w:]*?)(?:_total)?(?=[{\s])/gm);
  return { page, isTorchServe: names.some(([, name = ""]) => Object.hasOwn(TORCHSERVE_METRICS, name)) };
}
