import type { Message, Monitor } from "../description/monitor.ts";

/** The version of the form that assets of monitors have in Datadog's integrations. */
const ENVELOPE_VERSION = 2;
/** When the monitors were first written, and last changed. */
const CREATED = "2026-11-27";
const UPDATED = "2026-11-27";

/** Seconds for which a group that is new is not judged: a model that is deployed has no workers at first. */
const NEW_GROUP_DELAY = 300;

const TYPES = { metric: "query alert", check: "service check", event: "event-v2 alert" } as const;

/** The tags of a monitor: by the last two `assets push` knows its own. */
export const monitorTags = (key: string): string[] => [
  "integration:torchserve",
  "managed_by:torchserve-check",
  `asset:${key}`,
];

/** A monitor as an asset of an integration; the API takes what is under `definition`. */
export function datadogMonitor(monitor: Monitor): Record<string, unknown> {
  return {
    version: ENVELOPE_VERSION,
    created_at: CREATED,
    last_updated_at: UPDATED,
    title: monitor.title,
    description: monitor.description,
    tags: ["integration:torchserve"],
    definition: {
      name: `TorchServe: ${monitor.title}`,
      type: TYPES[monitor.kind],
      query: monitor.query,
      message: messageText(monitor.message),
      tags: monitorTags(monitor.key),
      options: optionsOf(monitor),
      priority: monitor.priority,
    },
  };
}

/** https://docs.datadoghq.com/api/latest/monitors/#create-a-monitor, `options` */
function optionsOf(monitor: Monitor): Record<string, unknown> {
  const minutes = monitor.kind === "check" ? monitor.noDataMinutes : undefined;
  return {
    thresholds: monitor.thresholds,
    include_tags: true,
    notify_audit: false,
    renotify_interval: 0,
    ...monitor.kind === "event" ? {} : { new_group_delay: NEW_GROUP_DELAY },
    // Counters have no points while nobody asks: a window need not be full.
    ...monitor.kind === "metric" ? { require_full_window: false } : {},
    ...monitor.kind === "event"
      ? {}
      : minutes === undefined
      ? { notify_no_data: false }
      : { notify_no_data: true, no_data_timeframe: minutes },
  };
}

/** In Markdown: what it means, why it may be, what to do, where to look. */
export function messageText({ what, why, todo, where }: Message): string {
  const list = (items: readonly string[], mark: (i: number) => string) => items.map((item, i) => `${mark(i)} ${item}`);
  return [
    what,
    "",
    "**Why**",
    ...list(why, () => "-"),
    "",
    "**What to do**",
    ...list(todo, (i) => `${i + 1}.`),
    "",
    "**Where to look**",
    ...list(where, () => "-"),
  ].join("\n");
}
