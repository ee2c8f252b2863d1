import type { IssueList } from "../issue_list.ts";
import { LABEL_PREFIX, readComposeFile } from "./compose.ts";
import { CHECK_NAMES, type Embedded } from "./embedded.ts";
import { ANNOTATION_PREFIX, readManifest } from "./kubernetes.ts";
import { isComposeFile } from "./recognise.ts";

/**
 * Reads the configurations of this check from the labels of a compose file's services, or from the annotations of
 * objects of Kubernetes, one or several.
 */
export function readContainers(documents: readonly unknown[], origin: string, issues: IssueList): Embedded[] {
  const [document] = documents;
  const compose = documents.length === 1 && isComposeFile(document) ? document : undefined;
  const embedded = compose === undefined ? readManifest(documents, issues) : readComposeFile(compose, issues);
  if (embedded.length === 0) {
    const carrier = compose === undefined
      ? `annotation ${ANNOTATION_PREFIX}CONTAINER.checks`
      : `label ${LABEL_PREFIX}checks`;
    issues.error(origin, `Found no ${carrier} with ${CHECK_NAMES.join(" or ")}; expected one at least.`);
  }
  return embedded;
}
