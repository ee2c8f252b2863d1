import { HttpError } from "./errors.ts";

/** Proxies of an instance: a proxy's URL a target scheme, and the hosts that are reached directly. */
export interface ProxyOptions {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  readonly no_proxy?: readonly string[] | string | undefined;
}

/** Where a token comes from and which header carries it. */
export interface AuthTokenOptions {
  readonly reader: Readonly<Record<string, unknown>>;
  readonly writer: Readonly<Record<string, unknown>>;
}

/** The HTTP options of an instance, by their names in the file. What is absent has the documented default. */
export interface HttpOptions {
  readonly proxy?: ProxyOptions | undefined;
  /** Default `false`. */
  readonly skip_proxy?: boolean | undefined;

  /** Default `basic`. */
  readonly auth_type?: string | undefined;
  /** Basic credentials as Latin-1, not UTF-8. Default `true`. */
  readonly use_legacy_auth_encoding?: boolean | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** `DOMAIN\user`. */
  readonly ntlm_domain?: string | undefined;
  readonly kerberos_auth?: string | boolean | undefined;
  readonly kerberos_cache?: string | undefined;
  readonly kerberos_delegate?: boolean | undefined;
  readonly kerberos_force_initiate?: boolean | undefined;
  readonly kerberos_hostname?: string | undefined;
  readonly kerberos_principal?: string | undefined;
  readonly kerberos_keytab?: string | undefined;
  readonly auth_token?: AuthTokenOptions | undefined;
  readonly aws_region?: string | undefined;
  readonly aws_host?: string | undefined;
  readonly aws_service?: string | undefined;

  /** Default `true`. */
  readonly tls_verify?: boolean | undefined;
  /** Default `true`. */
  readonly tls_validate_hostname?: boolean | undefined;
  /** Use the `Host` header, if there is one, for SNI and for matching the certificate. Default `false`. */
  readonly tls_use_host_header?: boolean | undefined;
  /** Default `false`. */
  readonly tls_ignore_warning?: boolean | undefined;
  /** A PEM file: a certificate, its intermediates, perhaps the key. */
  readonly tls_cert?: string | undefined;
  readonly tls_private_key?: string | undefined;
  readonly tls_private_key_password?: string | undefined;
  /** A PEM file or a directory of them; replaces the runtime's own certificate authorities. */
  readonly tls_ca_cert?: string | undefined;
  readonly tls_protocols_allowed?: readonly string[] | undefined;
  readonly tls_ciphers?: readonly string[] | string | undefined;

  /** Replaces the default headers. */
  readonly headers?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly extra_headers?: Readonly<Record<string, string | number | boolean>> | undefined;

  /** Seconds. Default 10. */
  readonly timeout?: number | undefined;
  /** Seconds. Default `timeout`. */
  readonly connect_timeout?: number | undefined;
  /** Seconds, the longest silence of the server. Default `timeout`. */
  readonly read_timeout?: number | undefined;
  /** KiB a read. Accepted; a body is always read as it arrives, in the runtime's own pieces. */
  readonly request_size?: number | undefined;
  /** Default `false`. */
  readonly log_requests?: boolean | undefined;
  /** Keep connections and cookies for the next run of this process. Default `false`. */
  readonly persist_connections?: boolean | undefined;
  /** Whoever asks wants to know whether a connection came about. Default `false`. */
  readonly ignore_connection_errors?: boolean | undefined;
  /** Default `true`. */
  readonly allow_redirects?: boolean | undefined;

  /** Bytes, after decompression. Default 64 MiB. */
  readonly max_response_bytes?: number | undefined;
  /** Requests at a time. Default 16. */
  readonly max_concurrency?: number | undefined;
}

/** `max_response_bytes` where nothing is said: 64 MiB. */
export const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** `max_concurrency` where nothing is said. */
export const DEFAULT_MAX_CONCURRENCY = 16;
const DEFAULT_TIMEOUT_SECONDS = 10;

/** Milliseconds that a connect may take, and that the server may be silent. */
export interface Timeouts {
  readonly connectMs: number;
  readonly readMs: number;
}

/**
 * The timeouts of an instance.
 *
 * @throws {HttpError} `config`, for a timeout that is not a positive number.
 */
export function timeoutsOf(options: HttpOptions): Timeouts {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT_SECONDS;
  return {
    connectMs: milliseconds(options.connect_timeout ?? timeout, "connect_timeout"),
    readMs: milliseconds(options.read_timeout ?? timeout, "read_timeout"),
  };
}

function milliseconds(seconds: number, name: string): number {
  if (!(seconds > 0)) {
    throw new HttpError("config", `${name} is ${seconds}: expected a number of seconds greater than 0`);
  }
  return seconds * 1000;
}
