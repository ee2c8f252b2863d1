import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { codeOf } from "./classify.ts";
import { HttpError } from "../errors.ts";

/** The most files that are read from a directory of authorities; a system's own has about 300. */
const MAX_FILES = 2000;
/** The largest file that is read, in bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/;

/**
 * The certificates of `tls_ca_cert`: one file of PEM blocks, or a directory of such files, each file once.
 *
 * @throws {HttpError} `config`, when it cannot be read or holds no certificate.
 */
export async function authorities(path: string): Promise<string[]> {
  const place = expand(path);
  const directory = await reading("tls_ca_cert", path, () => stat(place)).then((found) => found.isDirectory());
  const certificates = new Set<string>();
  for (const file of directory ? await filesOf(place, path) : [place]) {
    const text = await readText("tls_ca_cert", file);
    for (const [pem] of text.matchAll(CERTIFICATE)) {
      if (isCertificate(pem)) certificates.add(pem);
      else if (!directory) throw new HttpError("config", `tls_ca_cert: ${path} holds a certificate that is broken`);
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
  keyPath?: string,
  password?: string,
): Promise<{ cert: string; key: string }> {
  const certText = await readText("tls_cert", expand(certPath));
  const chain = certText.match(CERTIFICATE);
  if (chain === null) throw new HttpError("config", `tls_cert: there is no certificate in ${certPath}`);
  const keyOption = keyPath === undefined ? "tls_cert" : "tls_private_key";
  const keyText = keyPath === undefined ? certText : await readText("tls_private_key", expand(keyPath));
  const pem = PRIVATE_KEY.exec(keyText)?.[0];
  if (pem === undefined) {
    throw new HttpError(
      "config",
      `${keyOption}: there is no private key in ${keyPath ?? certPath}`,
      "set tls_private_key to the file of the key that belongs to tls_cert",
    );
  }
  const key = readKey(pem, password, `${keyOption}: the private key in ${keyPath ?? certPath}`);
  if (!belongs(chain[0], key, certPath)) {
    throw new HttpError("config", `${keyOption}: the private key does not belong to the certificate in ${certPath}`);
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
    throw new HttpError("config", `tls_cert: ${path} holds a certificate that is broken`);
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** The files of a directory, without the links that `openssl rehash` makes to other files of it. */
async function filesOf(place: string, path: string): Promise<string[]> {
  const entries = await reading("tls_ca_cert", path, () => readdir(place));
  if (entries.length > MAX_FILES) {
    throw new HttpError("config", `tls_ca_cert: ${path} holds ${entries.length} files; at most ${MAX_FILES} are read`);
  }
  const files: string[] = [];
  for (const entry of entries.sort()) {
    const file = join(place, entry);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() && found.size <= MAX_FILE_BYTES) files.push(file);
  }
  return files;
}

async function readText(option: string, path: string): Promise<string> {
  const size = await reading(option, path, () => stat(path)).then((found) => found.size);
  if (size > MAX_FILE_BYTES) {
    throw new HttpError("config", `${option}: ${path} has ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
  }
  return await reading(option, path, () => readFile(path, "utf8"));
}

async function reading<T>(option: string, path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new HttpError("config", `${option}: ${path} cannot be read (${codeOf(cause) || "unknown failure"})`);
  }
}

/** `~/ca.pem`, as the Agent's check allows it. */
function expand(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}
