import { child, withoutUserInfo } from "../found.ts";
import { type ConfigIssue, ENDPOINTS } from "../types.ts";
import type { ValidationResult, ValidConfig } from "../validate.ts";

/** An instance of a file, as it was validated. */
export interface CheckedInstance {
  readonly path: string;
  readonly result: ValidationResult;
}

/** How many are told that are there twice. */
const MAX_TWICE = 20;

/** What of an instance that can run is hardly what was meant. */
export function doubtfulInstances(instances: readonly CheckedInstance[]): ConfigIssue[] {
  const seen = new Map<string, string>();
  let twice = 0;
  return instances.flatMap(({ path, result }) => {
    if (!result.ok) return [];
    const { config } = result;
    // Lists of different containers have instances of their own.
    const text = `${path.replace(/\[\d+\]$/, "")} ${sorted(config)}`;
    const first = seen.get(text);
    if (first !== undefined) {
      if (++twice > MAX_TWICE) return [];
      const message = `Found the same instance as ${first}; expected it once: its metrics would be submitted twice.`;
      return [{ path, message, suggestion: "remove one of the two", severity: "warning" as const }];
    }
    seen.set(text, path);
    const wrong = wrongPath(config);
    return wrong === undefined
      ? []
      : [{ ...wrong, path: child(path, endpointOf(config)), severity: "warning" as const }];
  });
}

function endpointOf({ kind }: ValidConfig): string {
  return ENDPOINTS.find(([, made]) => made === kind)?.[0] ?? kind;
}

/** JSON with names in the order of the alphabet: of equal configurations the same. */
function sorted(value: unknown): string {
  return JSON.stringify(
    value,
    (_, member: unknown) =>
      typeof member === "object" && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
  );
}

/** Ends of paths that belong to one API, or that the check adds itself. */
function wrongPath({ kind, url: configured }: ValidConfig): Pick<ConfigIssue, "message" | "suggestion"> | undefined {
  const url = URL.parse(configured);
  if (kind === "metrics_log" || url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const path = url.pathname.replace(/\/+$/, "");
  const shown = JSON.stringify(withoutUserInfo(configured).replace(/[?#].*/s, "").slice(0, 80));
  const found = (expected: string, meant?: string) => ({
    message: `Found the address ${shown}; expected ${expected}.`,
    ...(meant === undefined || url.username !== "" || url.search !== "" ? {} : { suggestion: `${url.origin}${meant}` }),
  });
  if (kind === "openmetrics") {
    if (path === "") return found("the path of the metrics, which is /metrics on a TorchServe", "/metrics");
    const [, base] = /^(.*)\/(?:ping|models|predictions)$/.exec(path) ?? [];
    return base === undefined ? undefined : found("the path of the metrics, /metrics", `${base}/metrics`);
  }
  const [, base, end] = /^(.*)\/(ping|models|metrics|predictions|api-description)$/.exec(path) ?? [];
  if (base === undefined) return undefined;
  const own = kind === "inference" ? "ping" : "models";
  return end === own || end === "api-description" || end === "predictions"
    ? found(`the address without /${end}: the check adds /${own} itself`, base)
    : found(`the address of the ${kind} API, without a path of another API`, base);
}
