/** The forms in which labels of a container are printed. */
export const LABEL_FORMS = ["compose", "label-file"] as const;
export type LabelForm = (typeof LABEL_FORMS)[number];

/** What annotations are put on: objects whose pods get them, a pod, or a Service. */
export const ANNOTATED = ["deployment", "statefulset", "daemonset", "pod", "service", "endpoints"] as const;
export type Annotated = (typeof ANNOTATED)[number];
