import type { TrustOptions } from "./probe.ts";

/** What is said of the certificate of a server. */
export function trustComments({ tls_verify: verify, tls_ca_cert: file }: TrustOptions): string[] {
  if (file !== undefined) return ["Its certificate is that of certificate_file in TorchServe's config.properties."];
  if (verify !== false) return [];
  return [
    "This machine does not trust its certificate, so it is not verified: set tls_ca_cert to the certificate of the " +
    "authority that signed it, and remove tls_verify.",
  ];
}
