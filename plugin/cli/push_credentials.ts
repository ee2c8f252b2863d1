import { readFile, stat } from "node:fs/promises";
import process from "node:process";
import { UsageError } from "./usage_error.ts";

/** Where Datadog is, by what it calls its sites (https://docs.datadoghq.com/getting_started/site/). */
export const SITES = [
  "datadoghq.com",
  "us3.datadoghq.com",
  "us5.datadoghq.com",
  "datadoghq.eu",
  "ap1.datadoghq.com",
  "ap2.datadoghq.com",
  "uk1.datadoghq.com",
  "ddog-gov.com",
  "us2.ddog-gov.com",
] as const;

/** Where assets can be pushed to. */
export type Target = "datadog" | "grafana";

/** A backend, and how it knows us. */
export interface Backend {
  /** Its address, without a slash at its end. */
  readonly base: string;
  /** Go along with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Takes keys out of a text. */
  readonly hide: (text: string) => string;
}

const NAMES = ["DD_API_KEY", "DD_APP_KEY", "DD_SITE", "DD_API_URL", "GRAFANA_URL", "GRAFANA_TOKEN"] as const;
type Name = (typeof NAMES)[number];
type Settings = Partial<Record<Name, string>>;

/** What others may do with a file: anything at all. */
const OF_OTHERS = 0o077;

/**
 * The address and the keys, from the environment or a file; never from arguments, which everybody on the machine can read.
 *
 * @throws {UsageError} which names what is missing or wrong, and shows no key
 */
export async function backendOf(target: Target, path: string | undefined): Promise<Backend> {
  const settings = path === undefined ? fromEnvironment() : await fromFile(path);
  const need = (name: Name): string => {
    const value = settings[name] ?? "";
    if (value === "") {
      throw new UsageError(
        `${name} is not set`,
        path === undefined ? "set it in the environment, or name a file with --credentials" : `put it into ${path}`,
      );
    }
    // A header takes nothing else, and its error would show the value.
    if (!/^[!-~]+$/.test(value)) throw new UsageError(`${name} has a character that no key has`, "look for spaces");
    return value;
  };
  if (target === "grafana") {
    const base = checkedUrl("GRAFANA_URL", need("GRAFANA_URL"), "https://grafana.example.org");
    const token = need("GRAFANA_TOKEN");
    return { base, headers: { authorization: `Bearer ${token}` }, hide: hiding([token]) };
  }
  const [api, app] = [need("DD_API_KEY"), need("DD_APP_KEY")];
  return {
    base: siteOf(settings),
    headers: { "DD-API-KEY": api, "DD-APPLICATION-KEY": app },
    hide: hiding([api, app]),
  };
}

function hiding(secrets: readonly string[]): (text: string) => string {
  // The longer one first: it may begin with the other.
  const ordered = secrets.toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((hidden, secret) => hidden.replaceAll(secret, "***"), text);
}

function fromEnvironment(): Settings {
  return Object.fromEntries(NAMES.flatMap((name) => {
    const value = process.env[name]?.trim();
    return value === undefined || value === "" ? [] : [[name, value]];
  }));
}

/** Lines of `NAME=value`, as a shell would read them; `#` starts a comment. */
async function fromFile(path: string): Promise<Settings> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== "win32" && (mode & OF_OTHERS) !== 0) {
      throw new UsageError(`${path} can be read by others`, `chmod 600 ${path}`);
    }
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "name a file that you may read",
    );
  }
  const settings: Settings = {};
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*(#|$)/.test(line)) return;
    const [, name = "", value = ""] = /^\s*(?:export\s+)?([A-Z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const known = NAMES.find((one) => one === name);
    if (known === undefined) {
      throw new UsageError(`${path}:${i + 1}: no setting`, `write one of ${NAMES.join(", ")}, then = and its value`);
    }
    settings[known] = value.replace(/^(["'])(.*)\1$/, "$2");
  });
  return settings;
}

function siteOf({ DD_SITE: site = "datadoghq.com", DD_API_URL: url = "" }: Settings): string {
  if (url !== "") return checkedUrl("DD_API_URL", url, "https://api.datadoghq.com");
  if (!SITES.some((known) => known === site)) {
    throw new UsageError(
      `DD_SITE: ${site} is no site of Datadog`,
      `one of ${SITES.join(", ")}; DD_API_URL names another address`,
    );
  }
  return `https://api.${site}`;
}

function checkedUrl(name: string, text: string, example: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new UsageError(`${name} is no URL`, `as ${example}`);
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(`${name} has user info`, "keys have variables of their own");
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) {
    throw new UsageError(`${name}: ${url.origin} would send the keys in the clear`, "use https://");
  }
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}
