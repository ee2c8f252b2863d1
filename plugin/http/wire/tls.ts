import type { Bounds } from "../../runtime/bounds.ts";
import { TLS_VERSIONS } from "../../config/mod.ts";
import { HttpError } from "../errors.ts";
import type { HttpOptions } from "../options.ts";

type TlsVersion = typeof TLS_VERSIONS[number];

/** TLS options as `node:tls` takes them. */
export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  /** Instead of the runtime's own authorities. */
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  readonly ciphers?: string;
  readonly checkServerIdentity?: () => undefined;
  /** Not of `node:tls`: the `Host` header names the server (`tls_use_host_header`). */
  readonly useHostHeader?: boolean;
}

/** Verification is on, unless it is switched off and no authority is named (as in the Agent, `tls_ca_cert` implies it). */
export function verifies(options: HttpOptions): boolean {
  return options.tls_verify || !!options.tls_ca_cert;
}

/**
 * The TLS options of an instance, files read. What reads them is loaded where there is one: it takes three milliseconds
 * (bench: start, "an inference check").
 *
 * @throws {HttpError} `config`, for a file that cannot be read or does not hold what it should; `timeout`, when the run
 * ends before they are read.
 */
export async function tlsSettings(options: HttpOptions, bounds: Bounds): Promise<TlsSettings> {
  return {
    rejectUnauthorized: verifies(options),
    ...(options.tls_ca_cert ? { ca: await namedAuthorities(options.tls_ca_cert, bounds) } : {}),
    ...(options.tls_cert || options.tls_private_key ? await clientCertificate(options, bounds) : {}),
    ...versions(options.tls_protocols_allowed),
    ...(isDefaultCiphers(options.tls_ciphers) ? {} : { ciphers: cipherList(options.tls_ciphers) }),
    ...(options.tls_validate_hostname ? {} : { checkServerIdentity: () => undefined }),
    ...(options.tls_use_host_header ? { useHostHeader: true } : {}),
  };
}

/** The same, without what proves who we are: for an origin that the instance does not name. */
export function withoutIdentity(settings: TlsSettings): TlsSettings {
  const { cert: _cert, key: _key, passphrase: _passphrase, ...rest } = settings;
  return rest;
}

async function namedAuthorities(path: string, bounds: Bounds): Promise<string[]> {
  const { authorities } = await import("./tls_files.ts");
  return await authorities(path, bounds);
}

async function clientCertificate(options: HttpOptions, bounds: Bounds) {
  if (!options.tls_cert) {
    throw new HttpError("config", "tls_private_key is set, tls_cert is not", "set tls_cert to its certificate");
  }
  const { identity } = await import("./tls_files.ts");
  return await identity(options.tls_cert, options.tls_private_key, options.tls_private_key_password, bounds);
}

/** The range of the allowed versions. `SSLv3`, which no current TLS library has, is passed over. */
function versions(allowed: readonly string[]): { minVersion?: TlsVersion; maxVersion?: TlsVersion } {
  if (allowed.length === 0) return {};
  const known = TLS_VERSIONS.filter((version) => allowed.includes(version));
  const [minVersion] = known;
  const maxVersion = known.at(-1);
  if (minVersion === undefined || maxVersion === undefined) {
    throw new HttpError(
      "config",
      `tls_protocols_allowed allows no version of TLS that exists here: ${allowed.join(", ")}`,
      "allow TLSv1.2 and TLSv1.3",
    );
  }
  return { minVersion, maxVersion };
}

function cipherList(ciphers: HttpOptions["tls_ciphers"]): string {
  return (ciphers ?? []).join(":");
}

/** `ALL`, the documented default, and no ciphers at all mean the runtime's own. */
export function isDefaultCiphers(ciphers: HttpOptions["tls_ciphers"]): boolean {
  return ciphers === undefined || ciphers.length === 0 || ciphers.includes("ALL");
}
