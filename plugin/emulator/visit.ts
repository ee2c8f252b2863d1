import type { Connection } from "../runtime/serve.ts";
import { TorchServeError } from "./errors.ts";
import { ClientGone, distort, replacement, waitFor } from "./fault_effects.ts";
import type { Fault } from "./faults.ts";
import { decodeTarget, type Target, targetOf } from "./netty.ts";
import type { TorchServe } from "./server.ts";
import type { RecordedRequest } from "./traffic.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * Answers a request.
 *
 * @throws {TorchServeError} for what is an answer, too
 */
export type Handle = (request: Request, target: Target, connection: Connection) => Response | Promise<Response>;

/** Takes a request in, lets a fault that is set strike, has it answered and counts it; in one go where nothing waits. */
export function serveVisit(
  server: TorchServe,
  endpoint: Endpoint,
  handle: Handle,
  request: Request,
  connection: Connection,
): Response | Promise<Response> {
  const recorded = server.traffic.begin(endpoint, request, targetOf(request.url));
  const visit = new Visit(server, recorded, connection);
  try {
    const target = decodeTarget(request.url);
    const fault = server.faults.isEmpty ? undefined : server.faults.match(endpoint, request.method, target);
    const answer = fault === undefined
      ? handle(request, target, connection)
      : visit.strike(fault, target, () => handle(request, target, connection));
    if (!(answer instanceof Promise)) return visit.end(answer);
    return answer.then((response) => visit.end(response), (thrown) => visit.end(visit.refuse(thrown)));
  } catch (thrown) {
    return visit.end(visit.refuse(thrown));
  }
}

/** One request and its answer. */
class Visit {
  /** Nobody is there any more to get the answer. */
  #gone = false;
  /** The answer's body is sent after the answer was given. */
  #streams = false;
  #recordEnded = false;
  #status = 0;

  constructor(
    private readonly server: TorchServe,
    private readonly recorded: RecordedRequest,
    private readonly connection: Connection,
  ) {}

  /** The answer that a fault makes of the ordinary one. */
  async strike(fault: Fault, target: Target, ordinary: () => Response | Promise<Response>): Promise<Response> {
    const signal = AbortSignal.any([this.connection.gone, this.server.closing]);
    if (fault.hang === true) await waitFor(Infinity, signal);
    if (fault.delayMs !== undefined) await waitFor(fault.delayMs, signal);
    const plain = replacement(fault, target, this.server.answers) ?? await this.#refusing(ordinary);
    const { response, streams } = await distort(fault, plain, signal, () => this.#endRecord());
    this.#streams = streams;
    return response;
  }

  /** TorchServe's answer to what went wrong. */
  refuse(thrown: unknown): Response {
    this.#gone = thrown instanceof ClientGone;
    if (thrown instanceof TorchServeError) return this.server.answers.error(thrown);
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return this.server.answers.error(new TorchServeError(500, name, message));
  }

  end(response: Response): Response {
    this.#status = response.status;
    if (!this.#gone) countAnswer(this.server, response.status);
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

function countAnswer(server: TorchServe, status: number): void {
  const family = status >= 200 && status < 300
    ? "Requests2XX"
    : status >= 400 && status < 500
    ? "Requests4XX"
    : "Requests5XX";
  server.metrics.update(family, ["Host"], 1);
}
