import * as v from "valibot";
import { type Api, ApiError } from "./api.ts";
import { isAsSent } from "./compare.ts";
import { type Body, dashboards as datadogDashboards, type Found, type Kind, markOf } from "./kinds.ts";

/** The folder of our dashboards. */
export interface Folder {
  readonly uid: string;
  readonly title: string;
}

const answer = v.object({
  dashboard: v.record(v.string(), v.unknown()),
  meta: v.looseObject({
    folderUid: v.nullish(v.string()),
    provisioned: v.nullish(v.boolean()),
    created: v.nullish(v.string()),
  }),
});

interface Seen {
  readonly body: Body;
  readonly version: unknown;
  readonly folderUid: string | undefined;
  readonly isProvisioned: boolean;
  readonly createdAt: string;
}

/** Saved, with this text in the list of versions. */
const MESSAGE = "torchserve-check assets push";
/** How often an update is sent whose answer got lost. */
const ATTEMPTS = 3;

/**
 * Dashboards at Grafana, by its API of versions 8 to 13: each has a uid that we choose, and so can neither be made twice
 * nor be taken for its copy.
 *
 * @param uids by key
 * @param folder makes sure that the folder for new ones is there; returns its uid
 */
export function grafanaDashboards(
  uids: ReadonlyMap<string, string>,
  folder: (api: Api) => Promise<string>,
): Kind {
  /** What was compared: an update is of that version, and of no later one. */
  const compared = new Map<string, Seen>();

  const save = (api: Api, body: Body, folderUid: string | undefined, version: unknown) =>
    api.post("/api/dashboards/db", {
      dashboard: { ...body, id: null, ...version === undefined ? {} : { version } },
      // Without it, a dashboard would move to the root.
      ...folderUid === undefined ? {} : { folderUid },
      message: MESSAGE,
      overwrite: false,
    });

  return {
    name: "dashboard",
    marked: (key, body) => datadogDashboards.marked(key, { ...body, uid: uids.get(key) }),
    async list(api) {
      const found: Found[] = [];
      for (const [key, uid] of uids) {
        const seen = await look(api, uid);
        if (seen !== undefined) found.push({ id: uid, key, sent: markOf(seen.body)?.sent, createdAt: seen.createdAt });
      }
      return found;
    },
    async get(api, uid) {
      const seen = await look(api, uid);
      if (seen === undefined) return undefined;
      compared.set(uid, seen);
      return seen.body;
    },
    async create(api, body) {
      await save(api, body, await folder(api), undefined);
      return String(body["uid"]);
    },
    async update(api, uid, body) {
      const seen = compared.get(uid);
      if (seen === undefined) throw new Error(`${uid} was not read before`);
      if (seen.isProvisioned) {
        throw new ApiError(`${uid} comes from a file of that Grafana: change it there`, 400);
      }
      for (let attempt = 1;; attempt++) {
        try {
          return void await save(api, body, seen.folderUid, seen.version);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          if (error.status === 412) {
            throw new ApiError(`${uid} was saved by somebody else meanwhile: it is left as it is; push again`, 412);
          }
          if (!error.isOpen || attempt === ATTEMPTS) throw error;
          await api.pause(attempt);
          const now = await look(api, uid);
          if (now !== undefined && isAsSent(now.body, body)) return;
        }
      }
    },
    remove: (api, uid) => api.remove(`/api/dashboards/uid/${encodeURIComponent(uid)}`),
  };
}

async function look(api: Api, uid: string): Promise<Seen | undefined> {
  const found = await api.find(`/api/dashboards/uid/${encodeURIComponent(uid)}`);
  if (found === undefined) return undefined;
  const { dashboard: { id: _, version, ...body }, meta } = v.parse(answer, found);
  return {
    body,
    version,
    folderUid: meta.folderUid || undefined,
    isProvisioned: meta.provisioned === true,
    createdAt: meta.created ?? "",
  };
}

/** Whether the folder was there or was made now. @throws {ApiError} */
export async function ensureFolder(api: Api, { uid, title }: Folder, willMake: () => Promise<void>): Promise<void> {
  const path = `/api/folders/${uid}`;
  if (await api.find(path) !== undefined) return;
  await willMake();
  for (let attempt = 1;; attempt++) {
    try {
      return void await api.post("/api/folders", { uid, title });
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isOpen || attempt === ATTEMPTS) throw error;
      await api.pause(attempt);
      if (await api.find(path) !== undefined) return;
    }
  }
}

/** Removes the folder when nothing is in it. @returns whether it is gone @throws {ApiError} */
export async function removeFolder(api: Api, { uid }: Folder): Promise<boolean> {
  const content = v.parse(v.array(v.unknown()), await api.get(`/api/search?folderUIDs=${uid}&limit=1`));
  if (content.length > 0) return false;
  await api.remove(`/api/folders/${uid}`);
  return true;
}
