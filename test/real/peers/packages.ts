import { requirePrograms } from "../debian.ts";

/** The programs that HTTP options are proven against, and Debian's packages of them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "/usr/sbin/nginx": "nginx",
  "/usr/sbin/squid": "squid",
  "/usr/bin/tinyproxy": "tinyproxy",
  "/usr/bin/microsocks": "microsocks",
  "/usr/sbin/apache2": "apache2",
  "/usr/bin/openssl": "openssl",
};

/**
 * Installs what is missing (as root, with apt-get). Services that the packages start are not used.
 *
 * @throws {Error} which says what to install, when it cannot.
 */
export async function preparePeers(): Promise<void> {
  await requirePrograms(PROGRAMS);
}
