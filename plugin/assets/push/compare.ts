import { createHash } from "node:crypto";

/** Fields that the server sets, whoever made the thing: they are never a difference. */
const OF_THE_SERVER = new Set([
  ...["id", "author_handle", "author_name", "url", "created_at", "modified_at", "experience_type", "is_read_only"],
  ...["created", "creator", "deleted", "modified", "multi", "overall_state", "overall_state_modified", "state"],
  ...["matching_downtimes", "org_id", "assets", "draft_status", "restricted_roles", "notify_list"],
]);

type Json = unknown;

/**
 * A thing as it is compared: without what the server sets, and without what is the same as nothing (`null`, `false`, empty
 * lists and objects), which servers add and leave out as they like.
 */
export function normalised(value: Json): Json {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !OF_THE_SERVER.has(key))
    .map(([key, inner]) => [key, normalised(inner)] as const).filter(([, inner]) => !isNothing(inner));
  return Object.fromEntries(kept.sort(([a], [b]) => a < b ? -1 : 1));
}

function isNothing(value: Json): boolean {
  if (value === null || value === undefined || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** What a thing has of the fields that were sent: what the server added is none of our business. */
export function cutTo(live: Json, sent: Json): Json {
  if (Array.isArray(live) && Array.isArray(sent)) {
    return live.map((item, i) => i < sent.length ? cutTo(item, sent[i]) : item);
  }
  if (typeof live !== "object" || live === null || typeof sent !== "object" || sent === null) return live;
  const wanted = sent as Record<string, Json>;
  return Object.fromEntries(
    Object.entries(live).filter(([key]) => Object.hasOwn(wanted, key)).map((
      [key, inner],
    ) => [key, cutTo(inner, wanted[key])]),
  );
}

/** The same for equal things, and for no others: 12 hexadecimal digits of SHA-256. */
export function digest(value: Json): string {
  return createHash("sha256").update(JSON.stringify(normalised(value)) ?? "").digest("hex").slice(0, 12);
}

/** Whether a thing is, in all that is sent, what would be sent. */
export function isAsSent(live: Json, sent: Json): boolean {
  const wanted = normalised(sent);
  return JSON.stringify(normalised(cutTo(live, sent))) === JSON.stringify(wanted);
}

/** What a message shows of a value, in characters. */
const SHOWN = 100;
/** How many differences are told. */
const MOST = 40;

/** Differences between what is there and what would be sent, a line each: `- path: old`, `+ path: new`. */
export function differences(live: Json, sent: Json): string[] {
  const lines: string[] = [];
  compare(normalised(cutTo(live, sent)), normalised(sent), "", lines);
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST), `… and ${lines.length - MOST} more`];
}

function compare(live: Json, sent: Json, path: string, lines: string[]): void {
  if (JSON.stringify(live) === JSON.stringify(sent)) return;
  if (isContainer(live) && isContainer(sent) && Array.isArray(live) === Array.isArray(sent)) {
    for (const key of new Set([...Object.keys(live), ...Object.keys(sent)])) {
      compare(live[key], sent[key], path === "" ? key : `${path}.${key}`, lines);
    }
    return;
  }
  if (live !== undefined) lines.push(`- ${path}: ${shown(live)}`);
  if (sent !== undefined) lines.push(`+ ${path}: ${shown(sent)}`);
}

function isContainer(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null;
}

function shown(value: Json): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
