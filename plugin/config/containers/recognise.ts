import { isMapping } from "../schemas.ts";

/** A file of Docker Compose, as far as it is read here. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, unknown>>;
}

/** Whether a document is a compose file: a mapping of `services`, and no section of a configuration. */
export function isComposeFile(document: unknown): document is ComposeFile {
  return isMapping(document) && isMapping(document.services) && !Object.hasOwn(document, "instances");
}

/** Whether a document is an object of Kubernetes. */
export function isManifest(document: unknown): document is Record<string, unknown> {
  return isMapping(document) && typeof document.kind === "string" && typeof document.apiVersion === "string";
}
