import type { Api } from "./api.ts";
import { ensureFolder, type Folder, grafanaDashboards, removeFolder } from "./grafana.ts";
import type { Body } from "./kinds.ts";
import type { PushState } from "./state.ts";
import { type Mode, type Outcome, pushThing, removeThing } from "./thing.ts";
import { Work } from "./work.ts";

/** Where new dashboards go. */
export const FOLDER: Folder = { uid: "torchserve", title: "TorchServe" };
const FOLDER_NAME = `folder ${FOLDER.uid}`;

/** What is asked of a push to Grafana. */
export interface GrafanaRequest extends Mode {
  /** Take back what was pushed. */
  readonly remove: boolean;
  /** Told of each outcome when it is known. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/**
 * Brings dashboards to Grafana, or takes them back.
 *
 * @param bodies of the dashboards by key; each is known there by the uid `torchserve-KEY`
 */
export async function pushToGrafana(
  api: Api,
  bodies: ReadonlyMap<string, Body>,
  state: PushState,
  request: GrafanaRequest,
): Promise<Outcome[]> {
  const work = new Work(request.onOutcome);
  const { remove, dry } = request;
  let folder: Promise<void> | undefined;
  const kind = grafanaDashboards(
    new Map([...bodies.keys()].map((key) => [key, `torchserve-${key}`])),
    async (api) => {
      // Noted first: after a cut, nobody would know whose it is.
      await (folder ??= ensureFolder(api, FOLDER, () => state.keepThing(FOLDER_NAME, { id: FOLDER.uid, answer: "" })));
      return FOLDER.uid;
    },
  );
  const all = await work.ask("the list of dashboards", () => kind.list(api));
  if (all === undefined) return work.outcomes;
  const bring = remove ? removeThing : pushThing;
  await work.all(
    [...bodies].map(([key, body]) => ({ kind, key, body: kind.marked(key, body) })),
    ({ key }) => `dashboard ${key}`,
    (one) => bring(api, one, all, state, request),
  );
  // A folder that was there before is not ours to remove.
  if (remove && state.thing(FOLDER_NAME) !== undefined) {
    await work.all([FOLDER], () => FOLDER_NAME, async (one) => {
      if (dry) return { what: FOLDER_NAME, done: "would remove" };
      if (!await removeFolder(api, one)) {
        return { what: FOLDER_NAME, done: "unchanged", detail: "there is something in it that is not ours" };
      }
      await state.keepThing(FOLDER_NAME, undefined);
      return { what: FOLDER_NAME, done: "removed" };
    });
  }
  return work.outcomes;
}

/** The dashboards for Grafana among the assets, by key. */
export function grafanaBodies(texts: ReadonlyMap<string, string>): Map<string, Body> {
  const bodies = new Map<string, Body>();
  for (const [path, text] of texts) {
    const [, key] = /^assets\/grafana\/([^/]+)\.json$/.exec(path) ?? [];
    if (key !== undefined) bodies.set(key, JSON.parse(text) as Body);
  }
  return bodies;
}
