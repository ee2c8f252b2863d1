import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { codeOf } from "./classify.ts";
import type { Bounds } from "../../runtime/bounds.ts";
import { HttpError } from "../errors.ts";
import { inTime } from "../in_time.ts";
import { readOptionFile } from "../option_file.ts";
import { certificatesOf, privateKeyOf } from "./pem.ts";

/** The most files that are read from a directory of authorities; a system's own has about 300. */
const MAX_FILES = 2000;
/** The largest file that is read, in bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

const PEM = "name a file of certificates in PEM";

/**
 * The certificates of `tls_ca_cert`: one file of PEM blocks, or a directory of such files, each file once.
 *
 * @throws {HttpError} `config`, when it cannot be read or holds no certificate.
 */
export async function authorities(path: string, bounds: Bounds): Promise<string[]> {
  const place = expand(path);
  const directory = await looking(path, isDirectory(place), bounds);
  const certificates = new Set<string>();
  for (const file of directory ? await filesOf(place, path, bounds) : [place]) {
    const text = await readText("tls_ca_cert", file, bounds);
    for (const pem of certificatesOf(text)) {
      if (isCertificate(pem)) certificates.add(pem);
      else if (!directory) throw broken("tls_ca_cert", path);
    }
  }
  if (certificates.size === 0) {
    throw new HttpError(
      "config",
      `tls_ca_cert: there is no certificate in ${path}`,
      "name a file of PEM certificates, or a directory of such files",
    );
  }
  return [...certificates];
}

/**
 * A client certificate and its key, proven to belong together: Deno would otherwise send no certificate, silently.
 *
 * @throws {HttpError} `config`, when a file cannot be read or the two do not fit.
 */
export async function identity(
  certPath: string,
  keyPath: string | undefined,
  password: string | undefined,
  bounds: Bounds,
): Promise<{ cert: string; key: string }> {
  const certText = await readText("tls_cert", expand(certPath), bounds);
  const chain = certificatesOf(certText);
  const [own] = chain;
  if (own === undefined) throw new HttpError("config", `tls_cert: there is no certificate in ${certPath}`, PEM);
  const keyOption = keyPath === undefined ? "tls_cert" : "tls_private_key";
  const keyText = keyPath === undefined ? certText : await readText("tls_private_key", expand(keyPath), bounds);
  const pem = privateKeyOf(keyText);
  if (pem === undefined) {
    throw new HttpError(
      "config",
      `${keyOption}: there is no private key in ${keyPath ?? certPath}`,
      "set tls_private_key to the file of the key that belongs to tls_cert",
    );
  }
  const key = readKey(pem, password, `${keyOption}: the private key in ${keyPath ?? certPath}`);
  if (!belongs(own, key, certPath)) {
    throw new HttpError(
      "config",
      `${keyOption}: the private key does not belong to the certificate in ${certPath}`,
      "set tls_private_key to the file of the key that belongs to tls_cert",
    );
  }
  return { cert: chain.join("\n"), key: key.export({ type: "pkcs8", format: "pem" }).toString() };
}

function readKey(pem: string, password: string | undefined, what: string): KeyObject {
  try {
    return createPrivateKey(password === undefined ? pem : { key: pem, passphrase: password });
  } catch {
    throw pem.includes("ENCRYPTED")
      ? new HttpError("config", `${what} is encrypted`, "set tls_private_key_password to its password")
      : new HttpError("config", `${what} cannot be read`, "expected an unencrypted or encrypted key in PEM");
  }
}

function belongs(certificate: string, key: KeyObject, path: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(key);
  } catch {
    throw broken("tls_cert", path);
  }
}

function broken(option: string, path: string): HttpError {
  return new HttpError("config", `${option}: ${path} holds a certificate that is broken`, PEM);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** The files of a directory. Of the links that `openssl rehash` makes, the certificates come once. */
async function filesOf(place: string, path: string, bounds: Bounds): Promise<string[]> {
  const entries = await looking(path, readdir(place), bounds);
  if (entries.length > MAX_FILES) {
    throw new HttpError(
      "config",
      `tls_ca_cert: ${path} holds ${entries.length} files; at most ${MAX_FILES} are read`,
      "name a directory with certificates only",
    );
  }
  const files: string[] = [];
  for (const entry of entries.sort()) {
    const file = join(place, entry);
    const found = await looking(path, stat(file).catch(() => undefined), bounds);
    if (found?.isFile() && found.size <= MAX_FILE_BYTES) files.push(file);
  }
  return files;
}

function readText(option: string, path: string, bounds: Bounds): Promise<string> {
  return readOptionFile(option, path, { ...bounds, maxBytes: MAX_FILE_BYTES, failure: "config" });
}

async function isDirectory(place: string): Promise<boolean> {
  try {
    return (await stat(place)).isDirectory();
  } catch {
    // Reading it says what is wrong.
    return false;
  }
}

async function looking<T>(path: string, work: Promise<T>, bounds: Bounds): Promise<T> {
  try {
    return await inTime(`tls_ca_cert: ${path} was read`, work, bounds);
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError(
      "config",
      `tls_ca_cert: ${path} cannot be read (${codeOf(cause) || "unknown failure"})`,
      "give the user that runs the check the right to read it",
    );
  }
}

/** `~/ca.pem`, as the Agent's check allows it. */
function expand(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}
