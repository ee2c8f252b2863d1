import { hideSecrets } from "../text/mod.ts";
import { child, isWithin } from "./found.ts";
import { LIMITS } from "./limits.ts";
import { isMapping } from "./schemas.ts";
import type { ConfigIssue } from "./types.ts";

/** `%%env_NAME%%`, `%%host%%`, `%%port_0%%`: a name, and what stands after its first underscore. */
const TEMPLATE_VARIABLE = /%%([A-Za-z]+)(?:_([\w.-]*))?%%/g;
const MAX_SHOWN = 80;
/** Stands in messages between what was found and what is expected. */
const EXPECTED = "; expected";

/** What template variables stand for. */
export interface TemplateValues {
  /** For `%%env_NAME%%`, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For `%%host%%`: a name or an address. */
  readonly host?: string | undefined;
  /** For `%%port%%`. */
  readonly port?: number | undefined;
  /**
   * Where the host agent puts variables and secrets (`ENC[…]`) in place later, so that it is no error when they are left:
   * in what it reads of a service that it discovers (labels, annotations, files with `ad_identifiers`), or everywhere.
   */
  readonly left?: "discovered" | "everywhere";
}

/** A value whose template variables were replaced. */
export interface Resolved {
  readonly value: unknown;
  /**
   * The same issues without the values of environment variables, which may be secrets whatever option they stand in, and
   * without those about texts that the host agent completes later.
   */
  hide<I extends ConfigIssue>(issues: readonly I[]): readonly I[];
}

/**
 * A copy of a value from a file with template variables (`%%env_NAME%%`, `%%host%%`, `%%port%%`) in all of its texts
 * replaced by what they stand for. One that stands for nothing stays as it is: the validation of the options says where
 * it is and what is missing. Values are taken as they are: variables in them are not looked for.
 *
 * A text stays a text: options that are numbers or booleans read them from texts
 * (docs/decisions/0069-values-of-template-variables.md).
 *
 * @param path where the value stands, as in the issues that {@linkcode Resolved.hide} is given.
 * @param mayBeLeft whether variables may be left for the host agent.
 */
export function resolveTemplates(value: unknown, path: string, values: TemplateValues, mayBeLeft = false): Resolved {
  const resolver = new Resolver(values);
  return {
    value: resolver.copy(value, path, 0),
    hide: (issues) =>
      issues.filter((issue) => !mayBeLeft || !resolver.isIncomplete(issue.path)).map((issue) => resolver.hide(issue)),
  };
}

class Resolver {
  #left: number = LIMITS.fileValues;
  /** Where a variable of the environment stood, and its value. */
  readonly #secrets: { readonly path: string; readonly value: string }[] = [];

  /** Where something is left for the host agent. */
  readonly #incomplete = new Set<string>();

  constructor(readonly values: TemplateValues) {}

  /** Whether the text there is one that the host agent completes. */
  isIncomplete(path: string): boolean {
    return this.#incomplete.has(path);
  }

  /** What is beyond the bounds stays as it is: validation refuses it. */
  copy(value: unknown, path: string, depth: number): unknown {
    if (--this.#left < 0 || depth > LIMITS.nesting) return value;
    if (typeof value === "string") return this.#text(value, path);
    if (Array.isArray(value)) return value.map((item, i) => this.copy(item, child(path, i), depth + 1));
    if (!isMapping(value)) return value;
    const copied = Object.entries(value).map(([name, member]) =>
      [name, this.copy(member, child(path, name), depth + 1)] as const
    );
    return Object.fromEntries(copied);
  }

  hide<I extends ConfigIssue>(issue: I): I {
    const secrets = this.#secrets.filter(({ path }) => isWithin(path, issue.path) || isWithin(issue.path, path))
      .flatMap(({ value }) => [value, JSON.stringify(value).slice(1, -1), String(Number(value))]);
    if (secrets.length === 0) return issue;
    // What is expected is in our own words, in which a short value may stand by chance.
    const [found = "", ...expected] = issue.message.split(EXPECTED);
    const { suggestion, ...rest } = { ...issue, message: [hideSecrets(found, secrets), ...expected].join(EXPECTED) };
    return (suggestion === undefined || hideSecrets(suggestion, secrets) !== suggestion
      ? rest
      : { ...rest, suggestion }) as I;
  }

  #text(text: string, path: string): string {
    if (text.length > LIMITS.textCharacters) return text;
    if (isSecretHandle(text)) this.#incomplete.add(path);
    if (!text.includes("%%")) return text;
    const resolved = text.replace(TEMPLATE_VARIABLE, (variable, name: string, parameter: string | undefined) => {
      const { environment, host, port } = this.values;
      if (name === "env" && parameter) {
        const value = ownText(environment, parameter);
        if (value !== undefined) this.#secrets.push({ path, value });
        return value ?? variable;
      }
      if (parameter !== undefined) return variable;
      if (name === "host" && host !== undefined) return hostIn(text, host);
      return name === "port" && port !== undefined ? String(port) : variable;
    });
    if (unresolvedTemplate(resolved) !== undefined) this.#incomplete.add(path);
    return resolved;
  }
}

/** `ENC[…]`, which a host agent replaces by the secret that it names. */
export function isSecretHandle(text: string): boolean {
  if (!text.includes("ENC[")) return false;
  const trimmed = text.trim();
  return trimmed.startsWith("ENC[") && trimmed.endsWith("]");
}

/** A member that is a text; members that JavaScript gives every object are none. */
function ownText(members: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** In a URL an address of IPv6 stands in brackets (RFC 3986, section 3.2.2). */
function hostIn(text: string, host: string): string {
  return host.includes(":") && !host.startsWith("[") && text.includes("://") ? `[${host}]` : host;
}

/**
 * What is wrong with a text in which template variables are left, in one sentence; `undefined`, where none are.
 * Names are shown, values never.
 */
export function unresolvedTemplate(text: string): string | undefined {
  if (!text.includes("%%")) return undefined;
  const [found] = text.matchAll(TEMPLATE_VARIABLE);
  if (found === undefined) return undefined;
  const [variable, name, parameter] = found;
  const shown = variable.length > MAX_SHOWN ? `${variable.slice(0, MAX_SHOWN)}…` : variable;
  return `Found the template variable ${shown}, which was not resolved; expected ${expectedFor(name, parameter)}.`;
}

function expectedFor(name: string | undefined, parameter: string | undefined): string {
  const byHost = "the host agent puts it in place when it discovers a service";
  if (name === "env" && parameter) {
    const shown = parameter.slice(0, MAX_SHOWN);
    return `the environment variable ${shown}: set it for this program, or for the host agent that resolves it`;
  }
  if ((name === "host" || name === "port") && parameter === undefined) {
    return `its value: give --${name}, or ${byHost}`;
  }
  return `its value: ${byHost}`;
}
