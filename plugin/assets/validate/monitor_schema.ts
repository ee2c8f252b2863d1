import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));
const date = v.pipe(v.string(), v.isoDate("a date as 2026-11-27"), v.check(isDay, "a day that there is"));
const tag = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*:[a-z0-9_.-]+$/, "a tag as name:value"));
const threshold = v.optional(v.pipe(v.number(), v.finite("a number")));
const whole = v.pipe(v.number(), v.integer("a whole number"), v.minValue(0, "a number that is not negative"));

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A monitor with all that ours use, and nothing else. */
export const monitorSchema = v.strictObject({
  version: v.literal(2),
  created_at: date,
  last_updated_at: date,
  title: v.pipe(text, v.maxLength(80, "at most 80 characters")),
  description: v.pipe(text, v.maxLength(300, "at most 300 characters")),
  tags: v.array(tag),
  definition: v.strictObject({
    name: text,
    type: v.picklist(["query alert", "service check", "event-v2 alert"]),
    query: text,
    message: v.pipe(text, v.maxLength(10_000, "at most 10000 characters")),
    tags: v.array(tag),
    priority: v.picklist([1, 2, 3, 4, 5]),
    options: v.strictObject({
      thresholds: v.strictObject({
        critical: threshold,
        warning: threshold,
        unknown: threshold,
        ok: threshold,
        critical_recovery: threshold,
        warning_recovery: threshold,
      }),
      include_tags: v.literal(true),
      notify_audit: v.literal(false),
      renotify_interval: v.literal(0),
      new_group_delay: v.optional(whole),
      require_full_window: v.optional(v.literal(false)),
      notify_no_data: v.optional(v.boolean()),
      no_data_timeframe: v.optional(v.pipe(whole, v.minValue(2, "at least 2 minutes"))),
    }),
  }),
});

export type MonitorJson = v.InferOutput<typeof monitorSchema>;
