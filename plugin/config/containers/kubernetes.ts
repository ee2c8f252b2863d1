import { child, found } from "../found.ts";
import type { IssueList } from "../issue_list.ts";
import { isMapping } from "../schemas.ts";
import { reportOlderForm } from "./compose.ts";
import { type Carrier, type Embedded, readCarrier } from "./embedded.ts";
import { isManifest } from "./recognise.ts";

/** The annotations that the Datadog Agent reads start so; the container's name follows, a dot, and what it is. */
export const ANNOTATION_PREFIX = "ad.datadoghq.com/";

/** What a Service's annotations name in place of a container: its own address, or those of the pods behind it. */
export const SERVICE_TARGETS: readonly string[] = ["service", "endpoints"];

/** Of kinds that are not listed, those with a template make pods of it; others are taken to hand their own on. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Service: [],
  PodTemplate: ["template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};
const DEFAULT_TEMPLATE = ["spec", "template"];
/** Where a pod's containers are listed. */
const CONTAINER_LISTS = ["initContainers", "containers"];

/** The configurations of this check in the annotations of a manifest's pods and services. */
export function readManifest(documents: readonly unknown[], issues: IssueList): Embedded[] {
  return documents.flatMap((document, i) => {
    if (document === null || document === undefined) return [];
    if (!isManifest(document)) {
      issues.error(`documents[${i}]`, `Found ${found(document, true)}; expected a mapping with apiVersion and kind.`);
      return [];
    }
    // A list has objects, and none of them is a list.
    return Array.isArray(document.items)
      ? document.items.flatMap((item, j) => isManifest(item) ? readObject(item, j, issues) : [])
      : readObject(document, i, issues);
  });
}

function readObject(document: Record<string, unknown>, index: number, issues: IssueList): Embedded[] {
  const kind = String(document.kind);
  const root = rootOf(document, index);
  const way = templateOf(document, kind);
  let [pod, path]: [unknown, string] = [document, root];
  for (const step of way) [pod, path] = [isMapping(pod) ? pod[step] : undefined, child(path, step)];
  if (way.length > 0) reportMisplaced(document, root, path, issues);
  const annotations = annotationsOf(pod);
  if (annotations === undefined) return [];
  const at = child(child(path, "metadata"), "annotations");
  const names = kind === "Service" ? SERVICE_TARGETS : containersOf(pod);
  return [...carriersOf(annotations, at, issues)].flatMap(([container, carrier]) => {
    const embedded = readCarrier(carrier, issues);
    if (embedded.length > 0 && names.length > 0 && !names.includes(container)) {
      const where = carrier.checks?.path ?? carrier.logs?.path ?? at;
      issues.warning(
        where,
        `Found annotations for ${JSON.stringify(container)}; expected one of ${
          names.join(", ")
        }: of others nothing is ` +
          "read by the host agent.",
      );
    }
    return embedded;
  });
}

/** How the paths of an object begin: `Deployment/ts`, or its place in the file where its name is no plain one. */
export function rootOf(document: Record<string, unknown>, index: number): string {
  const name = nameOf(document);
  return name === undefined ? `documents[${index}]` : `${String(document.kind)}/${name}`;
}

/** Names of kinds and objects that a path can show as they are (RFC 1123). */
function nameOf({ kind, metadata }: Record<string, unknown>): string | undefined {
  const name = isMapping(metadata) ? metadata.name : undefined;
  const isPlain = (text: unknown) => typeof text === "string" && text.length <= 253 && /^[A-Za-z0-9.-]+$/.test(text);
  return isPlain(kind) && isPlain(name) ? String(name) : undefined;
}

function templateOf(document: Record<string, unknown>, kind: string): readonly string[] {
  if (Object.hasOwn(TEMPLATES, kind)) return TEMPLATES[kind] ?? [];
  return isMapping(document.spec) && isMapping(document.spec.template) ? DEFAULT_TEMPLATE : [];
}

function annotationsOf(object: unknown): Record<string, unknown> | undefined {
  const metadata = isMapping(object) ? object.metadata : undefined;
  return isMapping(metadata) && isMapping(metadata.annotations) ? metadata.annotations : undefined;
}

function containersOf(pod: unknown): string[] {
  const spec = isMapping(pod) && isMapping(pod.spec) ? pod.spec : {};
  const lists = CONTAINER_LISTS.flatMap((name) => Array.isArray(spec[name]) ? spec[name] : []);
  return lists.flatMap((container: unknown) =>
    isMapping(container) && typeof container.name === "string" ? [container.name] : []
  );
}

/** The annotations of the check by container. */
function carriersOf(annotations: Record<string, unknown>, at: string, issues: IssueList): Map<string, Carrier> {
  const carriers = new Map<string, Carrier>();
  for (const [name, value] of Object.entries(annotations)) {
    const dot = name.lastIndexOf(".");
    if (!name.startsWith(ANNOTATION_PREFIX) || dot < ANNOTATION_PREFIX.length) continue;
    const [container, what] = [name.slice(ANNOTATION_PREFIX.length, dot), name.slice(dot + 1)];
    // Names of containers are short and plain: shown whole, they say which annotation it is.
    const path = /^[a-z0-9-]{1,63}$/.test(container) ? `${at}["${name}"]` : child(at, name);
    if (what === "check_names") reportOlderForm(value, path, `${ANNOTATION_PREFIX}${container}.checks`, issues);
    if (what !== "checks" && what !== "logs") continue;
    carriers.set(container, { ...carriers.get(container), [what]: { path, value } });
  }
  return carriers;
}

/** Annotations of a Deployment itself do not reach its pods. */
function reportMisplaced(document: Record<string, unknown>, root: string, path: string, issues: IssueList): void {
  for (const name of Object.keys(annotationsOf(document) ?? {})) {
    if (!name.startsWith(ANNOTATION_PREFIX) || !/\.(checks|logs)$/.test(name)) continue;
    const at = child(child(root, "metadata"), "annotations");
    issues.warning(
      child(at, name),
      `Found an annotation that no pod gets; expected it at ${path}.metadata.annotations.`,
    );
  }
}
