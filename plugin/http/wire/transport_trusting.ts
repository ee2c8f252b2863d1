import tls from "node:tls";
import { UnknownAuthorityError } from "./classify.ts";
import type { DialOptions } from "./agent.ts";
import type { Exchange } from "./exchange.ts";
import { type ConnectionUse, NodeTransport } from "./transport_node.ts";
import type { PersistentTransport, WireRequest, WireResponse } from "./transport.ts";

/**
 * The node transport, trusting the runtime's own authorities and, only where these do not suffice, the machine's.
 *
 * The Agent trusts the machine's, where a company's own authority is installed; Bun and Deno bring Mozilla's. A server
 * whose certificate was not accepted has seen nothing of a request: asking again is safe.
 */
export class TrustingTransport implements PersistentTransport {
  readonly #dial: DialOptions;
  readonly #own: NodeTransport;
  readonly #use: ConnectionUse | undefined;
  #machine: NodeTransport | undefined;

  constructor(dial: DialOptions, use?: ConnectionUse) {
    this.#dial = dial;
    this.#use = use;
    this.#own = new NodeTransport(dial, use);
  }

  async send(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    const { machine } = this.#dial.servers;
    const { origin } = request.url;
    // A second handshake would show as a failed one in the server's log in every run.
    if (machine.origins.get(origin)) return await this.#byMachine().send(request, exchange);
    try {
      return await this.#own.send(request, exchange);
    } catch (error) {
      if (!(error instanceof UnknownAuthorityError)) throw error;
      machine.authorities ??= tls.getCACertificates("system");
      if (machine.authorities.length === 0) throw error;
      const response = await this.#byMachine().send(request, exchange);
      machine.origins.set(origin, true);
      return response;
    }
  }

  #byMachine(): NodeTransport {
    const { servers: { machine }, tls: settings } = this.#dial;
    machine.authorities ??= tls.getCACertificates("system");
    const ca = [...machine.authorities];
    return this.#machine ??= new NodeTransport({ ...this.#dial, tls: { ...settings, ca } }, this.#use);
  }

  close(interrupted: boolean): void {
    this.#own.close(interrupted);
    this.#machine?.close(interrupted);
  }

  /** Idle connections are no longer kept. */
  retire(): void {
    this.#own.retire();
    this.#machine?.retire();
  }

  /** Closes every connection. */
  destroy(): void {
    this.#own.destroy();
    this.#machine?.destroy();
  }
}

/** The transport for a way to dial: the machine's authorities count where no others are named. */
export function nodeTransport(dial: DialOptions, use?: ConnectionUse): PersistentTransport {
  return dial.tls.rejectUnauthorized && dial.tls.ca === undefined
    ? new TrustingTransport(dial, use)
    : new NodeTransport(dial, use);
}
