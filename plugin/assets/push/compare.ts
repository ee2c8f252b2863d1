import { createHash } from "node:crypto";

/** Fields that the server sets, whoever made the thing: they are never a difference. Inside of it, that is `id` alone. */
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
  return normalise(value, true);
}

function normalise(value: Json, isTop: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => normalise(item, false));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => isTop ? !OF_THE_SERVER.has(key) : key !== "id")
    .map(([key, inner]) => [key, key === "tags" ? sorted(inner) : normalise(inner, false)] as const)
    .filter(([, inner]) => !isNothing(inner));
  return Object.fromEntries(kept.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Tags are a set. */
const sorted = (value: Json): Json => Array.isArray(value) ? value.map(String).sort() : value;

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

/**
 * What is sent over a thing that is there: the API replaces it whole, so that what others may set beside us goes along, as
 * who may edit it or for how long it is muted.
 */
export function over(live: Readonly<Record<string, Json>>, sent: Readonly<Record<string, Json>>): Record<string, Json> {
  const carried = OF_OTHERS.filter((key) => !Object.hasOwn(sent, key) && !isNothing(live[key]));
  const silenced = isContainer(live["options"]) ? live["options"]["silenced"] : undefined;
  return {
    ...Object.fromEntries(carried.map((key) => [key, live[key]])),
    ...sent,
    ...isContainer(sent["options"]) && !isNothing(silenced) ? { options: { ...sent["options"], silenced } } : {},
  };
}

/** Fields that are neither ours nor the server's. */
const OF_OTHERS = ["restricted_roles", "notify_list", "tags"] as const;

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
  if (typeof live === "string" && typeof sent === "string") return compareTexts(live, sent, path, lines);
  if (live !== undefined) lines.push(`- ${path}: ${shown(live)}`);
  if (sent !== undefined) lines.push(`+ ${path}: ${shown(sent)}`);
}

/** Of texts with several lines, those that differ; of a long line, from a little before where it differs. */
function compareTexts(live: string, sent: string, path: string, lines: string[]): void {
  const [old, now] = [live.split("\n"), sent.split("\n")];
  while (old.length > 0 && now.length > 0 && old[0] === now[0]) void [old.shift(), now.shift()];
  while (old.length > 0 && now.length > 0 && old.at(-1) === now.at(-1)) void [old.pop(), now.pop()];
  const [first = ""] = old;
  const [other = ""] = now;
  let same = 0;
  while (same < first.length && first[same] === other[same]) same++;
  const from = Math.max(0, same - SHOWN / 4);
  const cut = (line: string, i: number) => shown(i > 0 || from === 0 ? line : `…${line.slice(from)}`);
  for (const [i, line] of old.entries()) lines.push(`- ${path}: ${cut(line, i)}`);
  for (const [i, line] of now.entries()) lines.push(`+ ${path}: ${cut(line, i)}`);
}

function isContainer(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null;
}

function shown(value: Json): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
