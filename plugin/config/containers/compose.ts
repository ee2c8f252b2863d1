import { child, found } from "../found.ts";
import type { IssueList } from "../issue_list.ts";
import { isMapping } from "../schemas.ts";
import { type Carrier, type Embedded, readCarrier } from "./embedded.ts";
import type { ComposeFile } from "./recognise.ts";

/** The labels that the Datadog Agent reads of a container start so. */
export const LABEL_PREFIX = "com.datadoghq.ad.";
const CHECKS = `${LABEL_PREFIX}checks`;
const LOGS = `${LABEL_PREFIX}logs`;
/** The form before Agent 7.36: three labels with lists. */
const OLDER = `${LABEL_PREFIX}check_names`;

/** The configurations of this check in the labels of a compose file's services. */
export function readComposeFile({ services }: ComposeFile, issues: IssueList): Embedded[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const at = child(child("services", name), "labels");
    return isMapping(service) ? readCarrier(carrierOf(labelsOf(service.labels, at, issues), issues), issues) : [];
  });
}

interface Label {
  readonly name: string;
  readonly value: unknown;
  readonly path: string;
}

/** Both forms that Compose takes: a mapping, and a list of `name=value`. */
function labelsOf(labels: unknown, path: string, issues: IssueList): Label[] {
  if (isMapping(labels)) {
    return Object.entries(labels).map(([name, value]) => ({ name, value, path: child(path, name) }));
  }
  if (Array.isArray(labels)) {
    return labels.filter((label): label is string => typeof label === "string").map((label, i) => {
      const equals = label.indexOf("=");
      const [name, value] = equals < 0 ? [label, ""] : [label.slice(0, equals), label.slice(equals + 1)];
      return { name, value, path: child(path, i) };
    });
  }
  if (labels !== undefined && labels !== null) {
    issues.error(path, `Found ${found(labels, true)}; expected a mapping, or a list of name=value.`);
  }
  return [];
}

function carrierOf(labels: readonly Label[], issues: IssueList): Carrier {
  const carrier: { -readonly [Name in keyof Carrier]: Carrier[Name] } = {};
  for (const { name, value, path } of labels) {
    if (name === OLDER) reportOlderForm(value, path, CHECKS, issues);
    if (name !== CHECKS && name !== LOGS) continue;
    const written = typeof value === "string" ? withoutInterpolation(value, path, issues) : value;
    if (written !== undefined) carrier[name === CHECKS ? "checks" : "logs"] = { path, value: written };
  }
  return carrier;
}

/** A check of ours in the form that came before; it is said, since nothing else of it is read. */
export function reportOlderForm(value: unknown, path: string, instead: string, issues: IssueList): void {
  if (typeof value !== "string" || !/"torchserve(_check)?"/.test(value)) return;
  issues.warning(path, "Found the form of labels before Agent 7.36, which is not read.", instead);
}

/** What a container gets of a text in a compose file, where `$$` is `$` and a lone `$` begins a variable. */
function withoutInterpolation(text: string, path: string, issues: IssueList): string | undefined {
  const plain = text.replaceAll("$$", "");
  if (plain.includes("$")) {
    issues.error(
      path,
      "Found a $, which Compose takes for the start of a variable; expected $$ for a $ that stays. Where a variable is " +
        "meant, read what `docker compose config` prints.",
    );
    return undefined;
  }
  return text.replaceAll("$$", "$");
}
