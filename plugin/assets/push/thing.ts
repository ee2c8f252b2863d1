import { type Api, ApiError } from "./api.ts";
import { cutTo, differences, digest, isAsSent, over } from "./compare.ts";
import type { Body, Found, Kind } from "./kinds.ts";
import type { PushState } from "./state.ts";

/** What is to be at the backend. */
export interface Wanted {
  readonly kind: Kind;
  readonly key: string;
  /** As it is sent, with its mark. */
  readonly body: Body;
}

/** What became of one thing. */
export interface Outcome {
  readonly what: string;
  readonly done:
    | "created"
    | "updated"
    | "unchanged"
    | "edited"
    | "removed"
    | "absent"
    | "not yet"
    | "would create"
    | "would update"
    | "would remove"
    | "failed"
    | "refused"
    | "skipped";
  readonly detail?: string;
  /** Lines of differences. */
  readonly diff?: readonly string[];
}

/** How the push is to be done. */
export interface Mode {
  /** Also over what a person has edited. */
  readonly force: boolean;
  /** Only say what would be done. */
  readonly dry: boolean;
}

const nameOf = ({ kind, key }: Wanted) => `${kind.name} ${key}`;

interface Live {
  readonly id: string;
  readonly body: Body;
  readonly sent: string | undefined;
}

/**
 * The one that is ours: that of the state, also when a person took its mark away; else the oldest with our mark, since a
 * clone keeps the mark.
 */
async function find(api: Api, wanted: Wanted, all: readonly Found[], state: PushState): Promise<Live | undefined> {
  const marked = all.filter(({ key }) => key === wanted.key)
    .toSorted((a, b) => a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0);
  const known = state.thing(nameOf(wanted))?.id;
  for (const id of new Set([...known === undefined ? [] : [known], ...marked.map(({ id }) => id)])) {
    const body = await wanted.kind.get(api, id);
    if (body !== undefined) return { id, body, sent: marked.find((one) => one.id === id)?.sent };
  }
  return undefined;
}

/**
 * Whether somebody else has changed it since it was written: it is neither what the server said then, nor what was sent,
 * by the digest in its mark. Without state, what the server rewrites looks like an edit, and is not overwritten.
 */
function isEdited(wanted: Wanted, live: Live, state: PushState): boolean {
  const kept = state.thing(nameOf(wanted));
  if (kept?.id === live.id && digest(live.body) === kept.answer) return false;
  if (live.sent === undefined) return true;
  // The server may have added fields, and an earlier version of us may have sent others.
  const asItIs = digest(unmarked(wanted.kind, live.body));
  return asItIs !== live.sent && digest(unmarked(wanted.kind, cutTo(live.body, wanted.body) as Body)) !== live.sent;
}

/** A thing without its mark: what its mark is the digest of. */
function unmarked(kind: Kind, cut: Body): unknown {
  if (kind.name === "dashboard") {
    return { ...cut, description: String(cut["description"] ?? "").replace(/\n\ntorchserve-check:\S+\s*$/, "") };
  }
  if (kind.name === "pipeline") {
    const { description: _, tags: __, ...rest } = cut;
    return rest;
  }
  const tags = Array.isArray(cut["tags"])
    ? cut["tags"].filter((tag) => !String(tag).startsWith("torchserve_check_sent:"))
    : [];
  return { ...cut, tags };
}

/**
 * Brings one thing to the backend.
 *
 * @param all of its kind that have a mark of ours
 * @throws {ApiError}
 */
export async function pushThing(
  api: Api,
  wanted: Wanted,
  all: readonly Found[],
  state: PushState,
  { force, dry }: Mode,
): Promise<Outcome> {
  const what = nameOf(wanted);
  const live = await find(api, wanted, all, state);
  const { kind, body } = wanted;
  if (live === undefined) {
    if (dry) {
      await kind.validate?.(api, body, undefined);
      return { what, done: "would create" };
    }
    const id = await create(api, wanted);
    await keep(api, wanted, id, state);
    return { what, done: "created", detail: id };
  }
  if (isAsSent(live.body, body)) {
    const kept = state.thing(what);
    const answer = digest(live.body);
    // A push that was cut off between the write and its note.
    if (!dry && (kept?.id !== live.id || kept.answer !== answer)) await state.keepThing(what, { id: live.id, answer });
    return { what, done: "unchanged", detail: live.id };
  }
  const diff = differences(live.body, body);
  if (isEdited(wanted, live, state) && !force) {
    const detail = `${live.id} was changed there: it is left as it is; --force overwrites it`;
    return { what, done: "edited", detail, diff };
  }
  if (dry) {
    await kind.validate?.(api, body, live.id);
    return { what, done: "would update", detail: live.id, diff };
  }
  await kind.update(api, live.id, over(live.body, body));
  await keep(api, wanted, live.id, state);
  return { what, done: "updated", detail: live.id, diff };
}

/** Makes it; where the answer got lost, looks whether it was made. */
async function create(api: Api, wanted: Wanted): Promise<string> {
  const { kind, key, body } = wanted;
  for (let attempt = 1;; attempt++) {
    try {
      return await kind.create(api, body);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isOpen || attempt === 3) throw error;
      await api.pause(attempt);
      const made = (await kind.list(api)).find((found) => found.key === key);
      if (made !== undefined) return made.id;
    }
  }
}

/** Remembers what the server says that it now is. */
async function keep(api: Api, wanted: Wanted, id: string, state: PushState): Promise<void> {
  const answer = await wanted.kind.get(api, id);
  await state.keepThing(nameOf(wanted), { id, answer: digest(answer ?? wanted.body) });
}

/** Takes one thing away again, unless somebody has changed it. @throws {ApiError} */
export async function removeThing(
  api: Api,
  wanted: Wanted,
  all: readonly Found[],
  state: PushState,
  { force, dry }: Mode,
): Promise<Outcome> {
  const what = nameOf(wanted);
  const live = await find(api, wanted, all, state);
  if (live === undefined) {
    if (!dry && state.thing(what) !== undefined) await state.keepThing(what, undefined);
    return { what, done: "absent" };
  }
  if (!force && !isAsSent(live.body, wanted.body) && isEdited(wanted, live, state)) {
    return { what, done: "edited", detail: `${live.id} was changed there: it is kept; --force removes it` };
  }
  if (dry) return { what, done: "would remove", detail: live.id };
  await wanted.kind.remove(api, live.id);
  await state.keepThing(what, undefined);
  return { what, done: "removed", detail: live.id };
}
