import type { OptionDescription } from "./types.ts";

/** The options of every instance. */
export const general = {
  tags: {
    type: "list of strings",
    text: "Tags for every metric, service check and event of this instance.",
    example: ["<KEY_1>:<VALUE_1>", "<KEY_2>:<VALUE_2>"],
  },
  service: {
    type: "string",
    text: "The value of a tag service for every metric, service check and event of this instance.",
    example: "<SERVICE>",
  },
  min_collection_interval: {
    type: "number",
    text: "How many seconds the host waits from one run of this instance to the next.",
  },
  empty_default_hostname: {
    type: "boolean",
    text: "Whether to submit without a host name, for what belongs to a cluster and not to one host.",
  },
  disable_generic_tags: {
    type: "boolean",
    text:
      "Whether tags with generic names, such as cluster, get the prefix torchserve_, so that they differ from those of " +
      "other checks.",
    example: true,
    hidden: true,
  },
  enable_legacy_tags_normalization: {
    type: "boolean",
    text: "Whether hyphens in the values of tags become underscores.",
    example: false,
    hidden: true,
  },
  metric_patterns: {
    type: "mapping",
    text:
      'Which metrics to submit, by regular expressions for their submitted names: those that match one of "include", ' +
      'except those that match one of "exclude".',
    example: { include: ["<INCLUDE_REGEX>"], exclude: ["<EXCLUDE_REGEX>"] },
  },
} as const satisfies Readonly<Record<string, OptionDescription>>;
