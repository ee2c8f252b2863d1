import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tlsPath } from "../../contract/http_servers.ts";
import { run } from "../command.ts";

/** A certificate for 127.0.0.1 and localhost with an RSA key, which TorchServe wants, of the tests' own authority. */
export async function rsaCertificate(directory: string): Promise<{ certificate: string; key: string }> {
  const [key, request, extensions, certificate] = ["rsa.key", "rsa.csr", "rsa.ext", "rsa.crt"].map((name) =>
    join(directory, name)
  ) as [string, string, string, string];
  await run("openssl", [
    "req",
    "-new",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-subj",
    "/CN=localhost",
    "-out",
    request,
  ]);
  writeFileSync(extensions, "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  await run("openssl", [
    "x509",
    "-req",
    "-in",
    request,
    "-CA",
    tlsPath("ca.crt"),
    "-CAkey",
    tlsPath("ca.key"),
    "-set_serial",
    "4711",
    "-days",
    "30",
    "-extfile",
    extensions,
    "-out",
    certificate,
  ]);
  return { certificate, key };
}
