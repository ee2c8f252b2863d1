import { createHash, randomBytes } from "node:crypto";
import type { Credentials } from "../credentials.ts";
import type { WireResponse } from "../wire/transport.ts";
import type { Authentication, Authorizable } from "./authentication.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";

/** The digests that are known, strongest first, by their names in the protocol. */
const ALGORITHMS = new Map([["SHA-512-256", "sha512-256"], ["SHA-256", "sha256"], ["MD5", "md5"]]);

/** Digest access authentication (RFC 7616), with `qop=auth` or, for old servers, none. */
export class DigestAuthentication implements Authentication {
  readonly #credentials: Credentials;
  readonly #newCnonce: () => string;
  #challenge: DigestChallenge | undefined;
  /** How often the challenge's nonce has been used. */
  #uses = 0;

  /** @param newCnonce A random text; tests give a known one. */
  constructor(credentials: Credentials, newCnonce = () => randomBytes(16).toString("hex")) {
    this.#credentials = credentials;
    this.#newCnonce = newCnonce;
  }

  authorize({ method, url, headers }: Authorizable): void {
    if (this.#challenge === undefined) return;
    const use = { method, uri: url.pathname + url.search, cnonce: this.#newCnonce(), count: ++this.#uses };
    headers.set("Authorization", digestResponse(this.#challenge, this.#credentials, use));
  }

  challenged(response: WireResponse, { headers }: Authorizable, attempt: number): boolean {
    if (response.status !== 401) return false;
    const challenge = chooseChallenge(parseChallenges(response.headers["www-authenticate"]));
    if (challenge === undefined) return false;
    const sent = headers.get("Authorization");
    const wasRefused = sent?.startsWith("Digest ") && sent.includes(`nonce="${challenge.nonce}"`);
    // Another request may have brought this nonce meanwhile; its count goes on.
    if (challenge.nonce !== this.#challenge?.nonce) {
      this.#challenge = challenge;
      this.#uses = 0;
    }
    return !wasRefused && (attempt === 1 || challenge.stale);
  }
}

/** A challenge that can be answered. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As written: `MD5`, `SHA-256-sess`, …; `undefined` for MD5 by default. */
  readonly algorithm: string | undefined;
  readonly hash: string;
  readonly session: boolean;
  readonly qop: boolean;
  readonly stale: boolean;
}

/** One use of a nonce. */
export interface DigestUse {
  readonly method: string;
  readonly uri: string;
  readonly cnonce: string;
  readonly count: number;
}

/** The strongest of the challenges that can be answered. */
export function chooseChallenge(challenges: readonly Challenge[]): DigestChallenge | undefined {
  const known = challenges.map(readChallenge).filter((challenge) => challenge !== undefined);
  const strength = [...ALGORITHMS.values()];
  return known.sort((a, b) => strength.indexOf(a.hash) - strength.indexOf(b.hash))[0];
}

function readChallenge({ scheme, parameters }: Challenge): DigestChallenge | undefined {
  const nonce = parameters.get("nonce");
  if (scheme !== "digest" || nonce === undefined) return undefined;
  const algorithm = parameters.get("algorithm");
  const session = /-sess$/i.test(algorithm ?? "");
  const hash = ALGORITHMS.get((algorithm ?? "MD5").replace(/-sess$/i, "").toUpperCase());
  const qop = parameters.get("qop");
  const hasAuth = qop?.split(",").some((option) => option.trim().toLowerCase() === "auth");
  if (hash === undefined || hasAuth === false) return undefined;
  return {
    realm: parameters.get("realm") ?? "",
    nonce,
    opaque: parameters.get("opaque"),
    algorithm,
    hash,
    session,
    qop: qop !== undefined,
    stale: parameters.get("stale")?.toLowerCase() === "true",
  };
}

/** The value of the `Authorization` field (RFC 7616, 3.4). */
export function digestResponse(challenge: DigestChallenge, credentials: Credentials, use: DigestUse): string {
  const { realm, nonce, opaque, algorithm, session, qop } = challenge;
  const digest = (text: string) => createHash(challenge.hash).update(text, "utf8").digest("hex");
  const count = use.count.toString(16).padStart(8, "0");
  const secret = digest(`${credentials.username}:${realm}:${credentials.password}`);
  const first = session ? digest(`${secret}:${nonce}:${use.cnonce}`) : secret;
  const second = digest(`${use.method}:${use.uri}`);
  const response = digest(
    qop ? `${first}:${nonce}:${count}:${use.cnonce}:auth:${second}` : `${first}:${nonce}:${second}`,
  );
  const fields = [
    `username=${quoted(credentials.username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(use.uri)}`,
    `response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop ? ["qop=auth", `nc=${count}`] : []),
    ...(qop || session ? [`cnonce="${use.cnonce}"`] : []),
  ];
  return `Digest ${fields.join(", ")}`;
}

/** UTF-8 in a field of Latin-1, as browsers do it. */
function quoted(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return `"${bytes.replace(/["\\]/g, "\\$&")}"`;
}
