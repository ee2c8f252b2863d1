import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import type { ServerTls } from "../runtime/bounded_server.ts";
import type { WrittenWebConfig } from "./web_schema.ts";

type TlsConfig = NonNullable<WrittenWebConfig["tls_server_config"]>;

/** In PEM. */
export interface TlsMaterial {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The authorities of clients. */
  readonly ca: string | undefined;
}

/** What each type asks of a client's certificate: whether it must be there, and whether an authority must vouch for it. */
const CLIENT_AUTH = {
  NoClientCert: { asks: false, needs: false, verifies: false },
  RequestClientCert: { asks: true, needs: false, verifies: false },
  RequireAnyClientCert: { asks: true, needs: true, verifies: false },
  RequireClientCert: { asks: true, needs: true, verifies: false },
  VerifyClientCertIfGiven: { asks: true, needs: false, verifies: true },
  RequireAndVerifyClientCert: { asks: true, needs: true, verifies: true },
} as const;

const VERSIONS = { TLS10: "TLSv1.2", TLS11: "TLSv1.2", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

/**
 * The TLS of a server by a web configuration.
 *
 * @returns a sentence that says what is wrong, where something is
 */
export function serverTls(config: TlsConfig, { cert, key, ca }: TlsMaterial): ServerTls | string {
  const { client_auth_type: type = "NoClientCert", client_allowed_sans: names = [] } = config;
  const { asks, needs, verifies } = CLIENT_AUTH[type];
  if (cert === undefined) return "Found neither cert nor cert_file; expected one of them.";
  if (key === undefined) return "Found neither key nor key_file; expected one of them.";
  const wrong = wrongPair(cert, key);
  if (wrong !== undefined) return wrong;
  if (ca !== undefined && readCertificate(ca) === undefined) return "client_ca: Found no certificate; expected PEM.";
  if (ca !== undefined && !asks) return `Found a client_ca with client_auth_type ${type}; expected another type.`;
  if (verifies && ca === undefined) return `Found no client_ca; expected one, since ${type} needs it.`;
  if (names.length > 0 && type !== "RequireAndVerifyClientCert") {
    return "Found client_allowed_sans; expected client_auth_type RequireAndVerifyClientCert beside it.";
  }
  const { min_version: least = "TLS12", max_version: most = "TLS13" } = config;
  if (VERSIONS[least] > VERSIONS[most]) return `Found min_version ${least} above max_version ${most}.`;
  return {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    requestCert: asks,
    rejectUnauthorized: needs && verifies,
    minVersion: VERSIONS[least],
    maxVersion: VERSIONS[most],
    accepts: (certificate, isTrusted) => {
      if (certificate === undefined) return !needs;
      return (!verifies || isTrusted) && (names.length === 0 || hasName(certificate, names));
    },
  };
}

function wrongPair(cert: string, key: string): string | undefined {
  const certificate = readCertificate(cert);
  if (certificate === undefined) return "cert: Found no certificate; expected PEM.";
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(key);
  } catch {
    return "key: Found no private key that can be read; expected PEM without a password.";
  }
  return certificate.checkPrivateKey(privateKey) ? undefined : "Found a key that does not belong to the certificate.";
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Whether one of the certificate's alternative names is in the list. Names in quotes hold odd characters: none is ours. */
function hasName({ subjectaltname = "" }: PeerCertificate, names: readonly string[]): boolean {
  if (subjectaltname.includes('"')) return false;
  const own = subjectaltname.split(", ").map((name) => name.replace(/^(?:DNS|IP Address|URI|email):/, ""));
  return own.some((name) => names.includes(name));
}
