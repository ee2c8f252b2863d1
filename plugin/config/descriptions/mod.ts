/** What every option means, for documents: nothing here is loaded to run a check. */
import type { OptionName } from "../options.ts";
import { checks } from "./checks.ts";
import { general } from "./general.ts";
import { http } from "./http.ts";
import { openmetrics } from "./openmetrics.ts";
import type { OptionDescription } from "./types.ts";

export type { OptionDescription } from "./types.ts";

/** The description of each option. */
export const DESCRIPTIONS: Readonly<Record<OptionName, OptionDescription>> = {
  ...openmetrics,
  ...checks,
  ...http,
  ...general,
};

/** What is said of an option in `init_config`, where that differs. */
export const INIT_NOTE = "This is the default of all instances; an instance that sets the option itself overrides it.";

/** The settings of an entry of `logs`, in the order of the example. */
export const LOG_SETTINGS: readonly (readonly [name: string, presence: string, text: string])[] = [
  ["type", "required", "The kind of source: file, tcp, udp, journald or windows_event."],
  ["path", "required for file", "The path of the log file; it may hold * as a wildcard."],
  ["port", "required for tcp and udp", "The port to listen on."],
  ["channel_path", "required for windows_event", "The channel of the Windows event log."],
  ["source", "optional", "The integration that the logs belong to. The default is torchserve."],
  ["service", "optional", "The service that writes the logs. The default is service of init_config."],
  ["tags", "optional", "Tags for the logs."],
  ["encoding", "optional", "The encoding of a file: utf-8, which is the default, utf-16-le, utf-16-be or shift-jis."],
  ["exclude_paths", "optional", "Files that are left out although path matches them."],
  [
    "log_processing_rules",
    "optional",
    "What is done to the lines: a list of mappings with type (exclude_at_match, include_at_match, mask_sequences, " +
    "multi_line), name, pattern in RE2's syntax and, for mask_sequences, replace_placeholder.",
  ],
];
