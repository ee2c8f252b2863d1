import * as v from "valibot";
import type { Api } from "./api.ts";
import { digest } from "./compare.ts";

/** A body of the API. */
export type Body = Readonly<Record<string, unknown>>;

/** Something of ours at a backend. */
export interface Found {
  readonly id: string;
  /** The key of our asset that its mark names. */
  readonly key: string;
  /** The digest of what was sent, from its mark. */
  readonly sent: string | undefined;
  readonly createdAt: string;
}

/** How a kind of thing is kept at a backend. */
export interface Kind {
  readonly name: "dashboard" | "monitor" | "pipeline";
  /** A body with a mark by which it is known again. */
  marked(key: string, body: Body): Body;
  /** All that have a mark of ours. */
  list(api: Api): Promise<Found[]>;
  /** A thing as the server has it; `undefined`: it is not there. */
  get(api: Api, id: string): Promise<Body | undefined>;
  /** Makes it; returns its id. */
  create(api: Api, body: Body): Promise<string>;
  update(api: Api, id: string, body: Body): Promise<void>;
  remove(api: Api, id: string): Promise<void>;
  /** Lets the server say what is wrong with a body; nothing is made. */
  validate?(api: Api, body: Body, id: string | undefined): Promise<void>;
}

const id = v.pipe(v.union([v.string(), v.number()]), v.transform(String));
const loose = v.record(v.string(), v.unknown());
const PAGE = 100;
/** Pages that are read at most. */
const MOST_PAGES = 1_000;

/** The last line of a dashboard's description. */
const MARK = /(?:^|\n)torchserve-check:([a-z_]+):([0-9a-f]{12})\s*$/;

/** What the mark of a dashboard says; `undefined`: it has none. */
export function markOf(body: Body): { readonly key: string; readonly sent: string } | undefined {
  const [, key, sent] = MARK.exec(String(body["description"] ?? "")) ?? [];
  return key === undefined || sent === undefined ? undefined : { key, sent };
}

/** Dashboards: the list has descriptions, and no tags of one's own. */
export const dashboards: Kind = {
  name: "dashboard",
  marked(key, body) {
    const description = String(body["description"] ?? "");
    return { ...body, description: `${description}\n\ntorchserve-check:${key}:${digest(body)}` };
  },
  async list(api) {
    const page = v.object({
      dashboards: v.array(v.object({ id, description: v.nullish(v.string()), created_at: v.nullish(v.string()) })),
    });
    const found: Found[] = [];
    for (let i = 0; i < MOST_PAGES; i++) {
      const { dashboards } = v.parse(page, await api.get(`/api/v1/dashboard?count=${PAGE}&start=${i * PAGE}`));
      for (const { id, description, created_at: createdAt } of dashboards) {
        const mark = markOf({ description });
        if (mark !== undefined) found.push({ id, ...mark, createdAt: createdAt ?? "" });
      }
      if (dashboards.length < PAGE) break;
    }
    return found;
  },
  async get(api, id) {
    const answer = await api.find(`/api/v1/dashboard/${encodeURIComponent(id)}`);
    return answer === undefined ? undefined : v.parse(loose, answer);
  },
  async create(api, body) {
    return v.parse(v.object({ id }), await api.post("/api/v1/dashboard", body)).id;
  },
  async update(api, id, body) {
    await api.put(`/api/v1/dashboard/${encodeURIComponent(id)}`, body);
  },
  remove: (api, id) => api.remove(`/api/v1/dashboard/${encodeURIComponent(id)}`),
};

const MANAGED = "managed_by:torchserve-check";
const SENT = "torchserve_check_sent:";

const tagAfter = (tags: readonly string[], prefix: string) =>
  tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);

/** Monitors: known by their tags. */
export const monitors: Kind = {
  name: "monitor",
  marked: (_, body) => ({ ...body, tags: [...v.parse(v.array(v.string()), body["tags"]), `${SENT}${digest(body)}`] }),
  async list(api) {
    const page = v.array(v.object({ id, tags: v.nullish(v.array(v.string())), created: v.nullish(v.string()) }));
    const found: Found[] = [];
    for (let i = 0; i < MOST_PAGES; i++) {
      const path = `/api/v1/monitor?monitor_tags=${encodeURIComponent(MANAGED)}&page=${i}&page_size=${PAGE}`;
      const monitors = v.parse(page, await api.get(path));
      for (const { id, tags, created } of monitors) {
        const key = tagAfter(tags ?? [], "asset:");
        if (key === undefined || !tags?.includes(MANAGED)) continue;
        found.push({ id, key, sent: tagAfter(tags, SENT), createdAt: created ?? "" });
      }
      if (monitors.length < PAGE) break;
    }
    return found;
  },
  async get(api, id) {
    const answer = await api.find(`/api/v1/monitor/${encodeURIComponent(id)}`);
    return answer === undefined ? undefined : v.parse(loose, answer);
  },
  async create(api, body) {
    return v.parse(v.object({ id }), await api.post("/api/v1/monitor", body)).id;
  },
  async update(api, id, body) {
    await api.put(`/api/v1/monitor/${encodeURIComponent(id)}`, body);
  },
  remove: (api, id) => api.remove(`/api/v1/monitor/${encodeURIComponent(id)}`),
  async validate(api, body, id) {
    await api.judge(`/api/v1/monitor${id === undefined ? "" : `/${encodeURIComponent(id)}`}/validate`, body);
  },
};

const PIPELINES = "/api/v1/logs/config/pipelines";

/** Log pipelines: known by their tags. */
export const pipelines: Kind = {
  name: "pipeline",
  marked: (key, body) => ({
    ...body,
    description: "Log lines of TorchServe, made by torchserve-check assets push",
    tags: [MANAGED, `asset:${key}`, `${SENT}${digest(body)}`],
  }),
  async list(api) {
    const pipelines = v.parse(
      v.array(v.object({ id, tags: v.nullish(v.array(v.string())), is_read_only: v.nullish(v.boolean()) })),
      await api.get(PIPELINES),
    );
    return pipelines.flatMap(({ id, tags, is_read_only: foreign }) => {
      const key = tagAfter(tags ?? [], "asset:");
      if (foreign === true || key === undefined || !tags?.includes(MANAGED)) return [];
      return [{ id, key, sent: tagAfter(tags, SENT), createdAt: "" }];
    });
  },
  async get(api, id) {
    const answer = await api.find(`${PIPELINES}/${encodeURIComponent(id)}`);
    return answer === undefined ? undefined : v.parse(loose, answer);
  },
  async create(api, body) {
    return v.parse(v.object({ id }), await api.post(PIPELINES, body)).id;
  },
  async update(api, id, body) {
    await api.put(`${PIPELINES}/${encodeURIComponent(id)}`, body);
  },
  remove: (api, id) => api.remove(`${PIPELINES}/${encodeURIComponent(id)}`),
};
