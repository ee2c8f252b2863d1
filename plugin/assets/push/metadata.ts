import * as v from "valibot";
import { csvRows } from "../../catalogue/mod.ts";
import type { Api } from "./api.ts";
import type { Fields, PushState } from "./state.ts";
import type { Mode, Outcome } from "./thing.ts";

const text = v.nullish(v.string());
const answer = v.object({ type: text, description: text, short_name: text, unit: text, per_unit: text });
const NAMES = ["type", "description", "short_name", "unit", "per_unit"] as const;

/** What metadata.csv says of a metric, in the API's fields; what it says nothing of is left out. */
export interface WantedMetadata {
  readonly name: string;
  readonly fields: Fields;
}

/** The rows of metadata.csv. */
export function wantedMetadata(csv: string): WantedMetadata[] {
  return csvRows(csv).map((row) => {
    const fields = {
      type: row["metric_type"],
      description: row["description"],
      short_name: row["short_name"],
      unit: row["unit_name"],
      per_unit: row["per_unit_name"],
    };
    const given = Object.entries(fields).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "");
    return { name: row["metric_name"] ?? "", fields: Object.fromEntries(given) };
  });
}

const pathOf = (name: string) => `/api/v1/metrics/${encodeURIComponent(name)}`;

async function read(api: Api, name: string): Promise<Fields | undefined> {
  const found = await api.find(pathOf(name));
  if (found === undefined) return undefined;
  const fields = v.parse(answer, found);
  return Object.fromEntries(NAMES.map((field) => [field, fields[field] || null]));
}

/**
 * Says what a metric means. A field is written where it is empty, or has what an earlier push wrote; what a person wrote
 * is left as it is. A metric that was never sent has no metadata yet.
 *
 * @throws {ApiError}
 */
export async function pushMetadata(
  api: Api,
  { name, fields }: WantedMetadata,
  state: PushState,
  { force, dry }: Mode,
): Promise<Outcome> {
  const what = `metadata ${name}`;
  const live = await read(api, name);
  if (live === undefined) return { what, done: "not yet", detail: "the metric was never sent: push again when it was" };
  const kept = state.metadata(name);
  const changes = Object.entries(fields).filter(([field, value]) => live[field] !== value);
  if (changes.length === 0) return { what, done: "unchanged" };
  const mayWrite = ([field]: [string, string | null]) => {
    const current = live[field] ?? null;
    if (force || current === null || current === (kept?.sent[field] ?? null)) return true;
    // The server gives every metric a type by itself: the first push may replace it, or the one that goes on after a cut.
    return field === "type" && (kept?.sent["type"] === undefined || current === kept.before["type"]);
  };
  const own = changes.filter(mayWrite);
  const edited = changes.filter((change) => !mayWrite(change));
  const diff = changes.flatMap(([field, value]) => [
    ...live[field] === null || live[field] === undefined ? [] : [`- ${field}: ${JSON.stringify(live[field])}`],
    `+ ${field}: ${JSON.stringify(value)}`,
  ]);
  if (own.length > 0 && !dry) {
    // Kept first: after a cut, what was there before could not be known any more.
    const before = Object.fromEntries(own.map(([field]) => [field, kept?.before[field] ?? live[field] ?? null]));
    await state.keepMetadata(name, {
      before: { ...before, ...kept?.before },
      sent: { ...kept?.sent, ...Object.fromEntries(own) },
    });
    await api.put(pathOf(name), Object.fromEntries(own));
  }
  if (edited.length > 0) {
    const names = edited.map(([field]) => field).join(", ");
    return {
      what,
      done: "edited",
      detail: `${names} was written there: it is left as it is; --force overwrites it`,
      diff,
    };
  }
  return { what, done: dry ? "would update" : "updated", diff };
}

/**
 * Puts back what was there before the first push; what was written since then by others stays.
 *
 * @throws {ApiError}
 */
export async function removeMetadata(
  api: Api,
  { name }: WantedMetadata,
  state: PushState,
  { dry }: Mode,
): Promise<Outcome> {
  const what = `metadata ${name}`;
  const kept = state.metadata(name);
  if (kept === undefined) return { what, done: "absent" };
  const live = await read(api, name);
  const fields = Object.entries(kept.before).filter(([field]) => live?.[field] === kept.sent[field]);
  if (dry) return { what, done: "would remove" };
  if (live !== undefined && fields.length > 0) {
    await api.put(pathOf(name), Object.fromEntries(fields.map(([field, value]) => [field, value ?? ""])));
  }
  await state.keepMetadata(name, undefined);
  return { what, done: "removed" };
}
