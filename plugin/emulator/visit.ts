import type { Hono } from "hono";
import type { Connection } from "../runtime/serve.ts";
import type { State } from "./call.ts";
import { TorchServeError } from "./errors.ts";
import { ClientGone, distort, replacement, waitFor } from "./fault_effects.ts";
import type { Fault } from "./faults.ts";
import { decodeTarget, type Target, targetOf } from "./netty.ts";
import type { TorchServe } from "./server.ts";
import type { RecordedRequest } from "./traffic.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * The methods that TorchServe tells apart. All others are alike to it, `HEAD` too, which Hono takes for `GET`: they are
 * routed as `PATCH`.
 */
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);

/**
 * Takes a request in, lets a fault that is set strike, has it handled and counts it; in one go where nothing waits.
 *
 * @param apis what the server serves: the request counts for the one that its path belongs to
 */
export function serveVisit(
  server: TorchServe,
  apis: readonly Endpoint[],
  app: Hono<State>,
  request: Request,
  connection: Connection,
): Response | Promise<Response> {
  const raw = targetOf(request.url);
  const endpoint = endpointOf(raw, apis);
  const recorded = server.traffic.begin(endpoint, request, raw);
  const visit = new Visit(server, recorded, connection);
  try {
    const target = decodeTarget(request.url);
    const routed = METHODS.has(request.method) ? request : new Request(request, { method: "PATCH" });
    const ordinary = () => app.fetch(routed, { target, connection });
    const fault = server.faults.isEmpty ? undefined : server.faults.match(endpoint, request.method, target);
    const response = fault === undefined ? ordinary() : visit.strike(fault, target, ordinary);
    if (!(response instanceof Promise)) return visit.end(response);
    return response.then((settled) => visit.end(settled), (thrown) => visit.end(visit.refuse(thrown)));
  } catch (thrown) {
    return visit.end(visit.refuse(thrown));
  }
}

/** Which API a request is for, by its path where several share an address. */
function endpointOf(raw: string, apis: readonly Endpoint[]): Endpoint {
  const [only = "management", more] = apis;
  if (more === undefined) return only;
  const [, resource] = /^\/([^/?]*)/.exec(raw) ?? [];
  if (resource === "metrics") return "metrics";
  return resource === "models" || resource === "v1" ? "management" : "inference";
}

/** One request and its response. */
class Visit {
  /** Nobody is there any more to get the response. */
  #gone = false;
  /** The body is sent after the response was given. */
  #streams = false;
  #recordEnded = false;
  #status = 0;

  constructor(
    private readonly server: TorchServe,
    private readonly recorded: RecordedRequest,
    private readonly connection: Connection,
  ) {}

  /** The response that a fault makes of the ordinary one. */
  async strike(fault: Fault, target: Target, ordinary: () => Response | Promise<Response>): Promise<Response> {
    const signal = AbortSignal.any([this.connection.gone, this.server.closing]);
    if (fault.hang === true) await waitFor(Infinity, signal);
    if (fault.delayMs !== undefined) await waitFor(fault.delayMs, signal);
    const plain = replacement(fault, target, this.server.responses) ?? await this.#refusing(ordinary);
    const { response, streams } = await distort(fault, plain, signal, () => this.#endRecord());
    this.#streams = streams;
    return response;
  }

  /** TorchServe's response to what went wrong. */
  refuse(thrown: unknown): Response {
    this.#gone = thrown instanceof ClientGone;
    if (thrown instanceof TorchServeError) return this.server.responses.error(thrown);
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return this.server.responses.error(new TorchServeError(500, name, message));
  }

  end(response: Response): Response {
    this.#status = response.status;
    if (!this.#gone) countResponse(this.server, response.status);
    if (!this.#streams) this.#endRecord();
    return response;
  }

  async #refusing(ordinary: () => Response | Promise<Response>): Promise<Response> {
    try {
      return await ordinary();
    } catch (thrown) {
      return this.refuse(thrown);
    }
  }

  #endRecord(): void {
    if (this.#recordEnded) return;
    this.#recordEnded = true;
    const gone = this.#gone || this.#streams && this.connection.gone.aborted;
    this.server.traffic.end(this.recorded, gone ? 0 : this.#status);
  }
}

function countResponse(server: TorchServe, status: number): void {
  const family = status >= 200 && status < 300
    ? "Requests2XX"
    : status >= 400 && status < 500
    ? "Requests4XX"
    : "Requests5XX";
  server.metrics.update(family, ["Host"], 1);
}
