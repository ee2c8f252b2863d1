import { randomBytes } from "node:crypto";
import type { Exchange } from "../wire/exchange.ts";
import type { Transport, WireRequest, WireResponse } from "../wire/transport.ts";
import { parseChallenges } from "./challenge.ts";
import {
  authenticateMessage,
  negotiateMessage,
  type NtlmIdentity,
  parseChallengeMessage,
  splitDomain,
} from "./ntlm.ts";

/**
 * NTLM over HTTP ([MS-NTHT]): it is the connection that signs in, with three requests; those after them need nothing.
 *
 * Each transport of the pool has one request at a time and so one connection.
 */
export class NtlmTransport implements Transport {
  readonly #identity: NtlmIdentity;
  readonly #newConnection: () => Transport;
  readonly #idle: Transport[] = [];
  readonly #all = new Set<Transport>();

  /**
   * @param domainUser `DOMAIN\user`.
   * @param newConnection Makes a transport that keeps its connection alive.
   */
  constructor(domainUser: string, password: string, newConnection: () => Transport) {
    this.#identity = { ...splitDomain(domainUser), password };
    this.#newConnection = newConnection;
  }

  async send(request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    const connection = this.#idle.pop() ?? this.#newConnection();
    this.#all.add(connection);
    const response = await this.#signedIn(connection, request, exchange);
    await released();
    this.#idle.push(connection);
    return response;
  }

  close(interrupted: boolean): void {
    for (const connection of this.#all) connection.close(interrupted);
  }

  async #signedIn(connection: Transport, request: WireRequest, exchange: Exchange): Promise<WireResponse> {
    const response = await connection.send(request, exchange);
    const scheme = response.status === 401 ? offered(response) : undefined;
    if (scheme === undefined) return response;
    await released();
    const { body: _body, ...empty } = request;
    const challenged = await connection.send(withMessage(empty, scheme, negotiateMessage()), exchange);
    const token = parseChallenges(challenged.headers["www-authenticate"]).find((c) => c.scheme === scheme)?.token;
    const challenge = token === undefined ? undefined : parseChallengeMessage(token);
    if (challenge === undefined) return challenged;
    await released();
    const message = authenticateMessage(challenge, this.#identity, randomBytes(8), Date.now());
    return await connection.send(withMessage(request, scheme, message), exchange);
  }
}

function offered(response: WireResponse): "ntlm" | "negotiate" | undefined {
  const schemes = parseChallenges(response.headers["www-authenticate"]).map(({ scheme }) => scheme);
  return schemes.includes("ntlm") ? "ntlm" : schemes.includes("negotiate") ? "negotiate" : undefined;
}

function withMessage(request: WireRequest, scheme: "ntlm" | "negotiate", message: string): WireRequest {
  const name = scheme === "ntlm" ? "NTLM" : "Negotiate";
  return { ...request, headers: { ...request.headers, Authorization: `${name} ${message}` } };
}

/** Agents take a connection back only after the answer's last listener has run. */
async function released(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
}
