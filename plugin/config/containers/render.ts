import { LABEL_PREFIX } from "./compose.ts";
import type { Annotated, LabelForm } from "./forms.ts";
import { ANNOTATION_PREFIX, SERVICE_TARGETS } from "./kubernetes.ts";
import type { Carried } from "./write.ts";

const KINDS: Readonly<Record<Annotated, { readonly apiVersion: string; readonly kind: string }>> = {
  deployment: { apiVersion: "apps/v1", kind: "Deployment" },
  statefulset: { apiVersion: "apps/v1", kind: "StatefulSet" },
  daemonset: { apiVersion: "apps/v1", kind: "DaemonSet" },
  pod: { apiVersion: "v1", kind: "Pod" },
  service: { apiVersion: "v1", kind: "Service" },
  endpoints: { apiVersion: "v1", kind: "Service" },
};

/**
 * Labels as a compose file, to be merged with the one of the service, or as lines for `docker run --label-file`.
 *
 * @param service the name of the service in the compose file
 */
export function renderLabels({ checks, logs }: Carried, form: LabelForm, service: string): string {
  const labels = [["checks", checks], ["logs", logs]] as const;
  const lines = labels.flatMap(([name, value]) => {
    if (value === undefined) return [];
    const label = `${LABEL_PREFIX}${name}`;
    return form === "compose" ? [`      ${label}: ${quoted(value.replaceAll("$", "$$$$"))}`] : [`${label}=${value}`];
  });
  const head = form === "compose" ? ["services:", `  ${service}:`, "    labels:"] : [];
  return [...head, ...lines, ""].join("\n");
}

/**
 * Annotations as an object of Kubernetes with nothing else: a patch for `kubectl patch --patch-file` and for kustomize.
 *
 * @param name of the object
 * @param container of the pod; a Service's annotations name none
 */
export function renderAnnotations({ checks, logs }: Carried, on: Annotated, name: string, container: string): string {
  const { apiVersion, kind } = KINDS[on];
  const isService = SERVICE_TARGETS.includes(on);
  const prefix = `${ANNOTATION_PREFIX}${isService ? on : container}.`;
  const isPod = on === "pod" || isService;
  const indent = isPod ? "" : "    ";
  const annotations = [["checks", checks], ["logs", isService ? undefined : logs]] as const;
  return [
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    "metadata:",
    `  name: ${name}`,
    ...(isPod ? [] : ["spec:", "  template:", "    metadata:"]),
    `${indent}  annotations:`,
    ...annotations.flatMap(([what, value]) =>
      value === undefined ? [] : [`${indent}    ${prefix}${what}: ${quoted(value)}`]
    ),
    "",
  ].join("\n");
}

/** A text without line breaks as a single-quoted scalar of YAML. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
