/**
 * What the contract's cases talk to a TorchServe with.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { request } from "node:http";

/** A running TorchServe, real or emulated, with `alpha` 1.0 (`alpha_v1.mar`) and `beta` 1.0 loaded at startup. */
export interface Target {
  readonly inferenceUrl: string;
  readonly managementUrl: string;
  /** With `/metrics`. */
  readonly metricsUrl: string;
  /** With token authorization on. */
  readonly keyFile?: string;
  /** Where the metric logs are, in `log` mode. */
  readonly logDirectory?: string;
  stop(): Promise<void>;
}

export type Endpoint = "inference" | "management" | "metrics";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Send no key. */
  readonly anonymous?: boolean;
}

/** Content of `key_file.json`. */
export interface KeyFile {
  readonly management: { readonly key: string; readonly "expiration time": string };
  readonly inference: { readonly key: string; readonly "expiration time": string };
  readonly API: { readonly key: string };
}

/** Sends requests whose path arrives as written: no URL parser touches it. */
export class Client {
  constructor(readonly target: Target) {}

  get keys(): KeyFile {
    if (this.target.keyFile === undefined) throw new Error("token authorization is off");
    return JSON.parse(readFileSync(this.target.keyFile, "utf8"));
  }

  inference(path: string, ask: Ask = {}): Promise<Answer> {
    return this.#send("inference", path, ask);
  }

  management(path: string, ask: Ask = {}): Promise<Answer> {
    return this.#send("management", path, ask);
  }

  metrics(path = "/metrics", ask: Ask = {}): Promise<Answer> {
    return this.#send("metrics", path, ask);
  }

  /** The parsed body of a management answer that must be 200. */
  async json<T>(path: string): Promise<T> {
    const { status, text } = await this.management(path);
    if (status !== 200) throw new Error(`GET ${path} answers ${status}: ${text}`);
    return JSON.parse(text);
  }

  /** Registers a model that must not be there yet; `name` is encoded here. */
  async register(url: string, name?: string, parameters = "initial_workers=0"): Promise<Answer> {
    const named = name === undefined ? "" : `&model_name=${encodeURIComponent(name)}`;
    return await this.management(`/models?url=${url}${named}&${parameters}`, { method: "POST" });
  }

  async unregister(name: string, version?: string): Promise<Answer> {
    const suffix = version === undefined ? "" : `/${version}`;
    return await this.management(`/models/${encodeURIComponent(name)}${suffix}`, { method: "DELETE" });
  }

  #send(endpoint: Endpoint, path: string, ask: Ask): Promise<Answer> {
    const { inferenceUrl, managementUrl, metricsUrl, keyFile } = this.target;
    const origin = { inference: inferenceUrl, management: managementUrl, metrics: metricsUrl }[endpoint];
    const { hostname, port } = new URL(origin);
    const key = ask.anonymous === true || keyFile === undefined || endpoint === "metrics"
      ? {}
      : { authorization: `Bearer ${this.keys[endpoint].key}` };
    const { method = "GET", body } = ask;
    const length = body === undefined ? {} : { "content-length": String(new TextEncoder().encode(body).length) };
    return new Promise((resolve, reject) => {
      let answered = false;
      const sent = request(
        { hostname, port, path, method, agent: false, headers: { ...key, ...length, ...ask.headers } },
        (response) => {
          answered = true;
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => text += chunk);
          response.on("error", reject);
          response.on("aborted", () => reject(new Error("the answer was cut short")));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        },
      );
      // TorchServe resets the connection (SO_LINGER 0) right after an answer with an error status. Deno reports that
      // on the request, although the answer is complete.
      sent.on("error", (error) => answered || reject(error));
      sent.end(body);
    });
  }
}

/** The error body that TorchServe sends. */
export function errorBody(code: number, type: string, message: string): string {
  return `{\n  "code": ${code},\n  "type": "${type}",\n  "message": ${JSON.stringify(message)}\n}\n`;
}

/** The body of `/ping` and of operations. */
export function statusBody(status: string): string {
  return `{\n  "status": ${JSON.stringify(status)}\n}\n`;
}

export const resourceNotFound = errorBody(
  404,
  "ResourceNotFoundException",
  "Requested resource is not found, please refer to API document.",
);

export const methodNotAllowed = errorBody(
  405,
  "MethodNotAllowedException",
  "Requested method is not allowed, please refer to API document.",
);

/** One version in the answer to `GET /models/NAME/all`. */
export interface Version {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly modelUrl: string;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly batchSize: number;
  readonly maxBatchDelay: number;
  readonly loadedAtStartup: boolean;
  readonly workers: readonly {
    readonly id: string;
    readonly startTime: string;
    readonly status: string;
    readonly memoryUsage: number;
    readonly pid: number;
    readonly gpu: boolean;
    readonly gpuUsage: string;
  }[];
  readonly jobQueueStatus: { readonly remainingCapacity: number; readonly pendingRequests: number };
}

/** The answer to `GET /models`. */
export interface ModelList {
  readonly nextPageToken?: string;
  readonly models: readonly { readonly modelName: string; readonly modelUrl: string }[];
}
