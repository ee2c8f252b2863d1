import type { IncomingMessage, ServerResponse } from "node:http";
import { FakeBackend } from "./fake_backend.ts";

type Json = Record<string, unknown>;

/** The keys that it takes. */
export const KEYS = { api: "api-key-0123456789", app: "app-key-9876543210" };

const SITE_TIME = "2026-11-27T12:00:00.000000+00:00";

/**
 * A stand-in for Datadog's API as far as `assets push` uses it: lists in pages, ids of its own, fields that the real one
 * adds, 404 for metrics that were never seen, a pipeline that cannot be changed, an order of all pipelines.
 */
export class FakeDatadog extends FakeBackend {
  readonly dashboards = new Map<string, Json>();
  readonly monitors = new Map<string, Json>();
  readonly metrics = new Map<string, Json>();
  readonly pipelines = new Map<string, Json>();
  order: string[] = [];
  /** Most writes that were under way at once. */
  mostWrites = 0;
  #writes = 0;
  #next = 1;

  /** All that it has, for comparing before and after. */
  snapshot(): unknown {
    const withoutTimes = (map: Map<string, Json>) =>
      [...map.values()].map(({ id: _, modified_at: __, modified: ___, ...rest }) => JSON.stringify(rest)).sort();
    return {
      dashboards: withoutTimes(this.dashboards),
      monitors: withoutTimes(this.monitors),
      metrics: [...this.metrics].map(([name, fields]) => [name, fields]),
      pipelines: withoutTimes(this.pipelines),
      order: this.order.length,
    };
  }

  protected override async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
    const method = request.method ?? "GET";
    const text = await this.textOf(request);
    if (text === undefined) return;
    const asked = `${method} ${pathname}`;
    this.asked.push(asked);
    const fate = this.fate(this.asked.length, asked);
    if (fate === "cut before") return void request.socket.destroy();
    if (typeof fate === "object") {
      const echoed = Object.values(request.headers).join(" ");
      return this.#answer(response, fate.status, { errors: [`no, with ${echoed}`] }, fate.headers);
    }
    const isWrite = method !== "GET";
    if (isWrite) this.mostWrites = Math.max(this.mostWrites, ++this.#writes);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const [status, body] =
      request.headers["dd-api-key"] !== KEYS.api || request.headers["dd-application-key"] !== KEYS.app
        ? [403, { errors: ["Forbidden"] }]
        : this.#do(method, pathname, searchParams, text === "" ? {} : JSON.parse(text) as Json);
    if (isWrite) this.#writes--;
    if (fate === "cut after") return void request.socket.destroy();
    this.#answer(response, status, body);
  }

  #answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  }

  #do(method: string, path: string, query: URLSearchParams, body: Json): [number, unknown] {
    const [, kind = "", id] =
      /^\/api\/v1\/(dashboard|monitor|metrics|logs\/config\/pipelines|logs\/config\/pipeline-order)(?:\/([^/]+))?/.exec(
        path,
      ) ?? [];
    if (path.endsWith("/validate")) return this.#judgeMonitor(body);
    if (kind === "dashboard") return this.#dashboard(method, id, query, body);
    if (kind === "monitor") return this.#monitor(method, id, query, body);
    if (kind === "metrics") return this.#metric(method, decodeURIComponent(id ?? ""), body);
    if (kind === "logs/config/pipelines") return this.#pipeline(method, id, body);
    if (kind === "logs/config/pipeline-order") return this.#pipelineOrder(method, body);
    return [404, { errors: ["Not found"] }];
  }

  #dashboard(method: string, id: string | undefined, query: URLSearchParams, body: Json): [number, unknown] {
    if (id === undefined && method === "GET") {
      const start = Number(query.get("start") ?? 0);
      const count = Number(query.get("count") ?? 100);
      const summaries = [...this.dashboards.values()].map(({ id, title, description, created_at, modified_at }) => ({
        ...{ id, title, description, created_at, modified_at, author_handle: "a@b", url: `/dashboard/${id}` },
      }));
      return [200, { dashboards: summaries.slice(start, start + count) }];
    }
    if (id === undefined) {
      if (Array.isArray(body["tags"]) && body["tags"].some((tag) => !String(tag).startsWith("team:"))) {
        return [400, { errors: ["tags: only team: is allowed"] }];
      }
      if (typeof body["title"] !== "string" || !Array.isArray(body["widgets"])) {
        return [400, { errors: ["The payload is not valid"] }];
      }
      const made = `abc-${this.#next++}`;
      this.dashboards.set(made, this.#filledDashboard({ ...body, id: made, created_at: SITE_TIME }));
      return [200, this.dashboards.get(made)];
    }
    return this.#one(
      this.dashboards,
      method,
      id,
      (old) => this.#filledDashboard({ ...body, id, created_at: old["created_at"] }),
    );
  }

  /** What the real one adds to a dashboard. */
  #filledDashboard(body: Json): Json {
    const widgets = (body["widgets"] as Json[]).map((widget, i) => ({ ...widget, id: i + 1 }));
    return {
      notify_list: [],
      restricted_roles: [],
      ...body,
      widgets,
      is_read_only: false,
      author_handle: "a@b",
      modified_at: `t${this.#next++}`,
    };
  }

  #judgeMonitor({ query, options }: Json): [number, unknown] {
    const critical = (options as { thresholds?: { critical?: number } } | undefined)?.thresholds?.critical;
    const [, inQuery] = / > (-?[\d.]+)$/.exec(String(query)) ?? [];
    if (inQuery !== undefined && critical !== undefined && Number(inQuery) !== critical) {
      return [400, { errors: [`Alert threshold (${critical}) does not match that used in the query (${inQuery})`] }];
    }
    return [200, {}];
  }

  #monitor(method: string, id: string | undefined, query: URLSearchParams, body: Json): [number, unknown] {
    if (id === undefined && method === "GET") {
      const tag = query.get("monitor_tags");
      const size = Number(query.get("page_size") ?? 100);
      const page = Number(query.get("page") ?? 0);
      const all = [...this.monitors.values()].filter(({ tags }) => tag === null || (tags as string[]).includes(tag));
      return [200, all.slice(page * size, (page + 1) * size)];
    }
    if (id === undefined || method === "PUT") {
      const judged = this.#judgeMonitor(body);
      if (judged[0] !== 200) return judged;
    }
    if (id === undefined) {
      const made = this.#next++;
      this.monitors.set(`${made}`, this.#filledMonitor({ ...body, id: made, created: SITE_TIME }));
      return [200, this.monitors.get(`${made}`)];
    }
    return this.#one(
      this.monitors,
      method,
      id,
      (old) => this.#filledMonitor({ ...body, id: old["id"], created: old["created"] }),
    );
  }

  #filledMonitor(body: Json): Json {
    const options = { silenced: {}, ...body["options"] as Json, locked: false };
    return {
      ...body,
      options,
      multi: true,
      overall_state: "No Data",
      creator: { handle: "a@b" },
      modified: `t${this.#next++}`,
    };
  }

  #metric(method: string, name: string, body: Json): [number, unknown] {
    const there = this.metrics.get(name);
    if (there === undefined) return [404, { errors: ["metric_name not found"] }];
    if (method === "PUT") this.metrics.set(name, { ...there, ...body });
    return [200, this.metrics.get(name)];
  }

  #pipeline(method: string, id: string | undefined, body: Json): [number, unknown] {
    if (id === undefined && method === "GET") return [200, this.order.map((one) => this.pipelines.get(one))];
    if (id === undefined) {
      const made = `p${this.#next++}`;
      this.pipelines.set(made, { ...body, id: made, type: "pipeline", is_read_only: false });
      // A new one comes first here: what pushes it cannot know.
      this.order.unshift(made);
      return [200, this.pipelines.get(made)];
    }
    if (this.pipelines.get(id)?.["is_read_only"] === true && method !== "GET") return [403, { errors: ["read-only"] }];
    if (method === "DELETE") this.order = this.order.filter((one) => one !== id);
    return this.#one(this.pipelines, method, id, () => ({ ...body, id, type: "pipeline", is_read_only: false }));
  }

  #pipelineOrder(method: string, { pipeline_ids: ids }: Json): [number, unknown] {
    if (method === "PUT") {
      if (JSON.stringify([...ids as string[]].sort()) !== JSON.stringify([...this.order].sort())) {
        return [422, { errors: ["The order must have all pipelines"] }];
      }
      this.order = ids as string[];
    }
    return [200, { pipeline_ids: this.order }];
  }

  #one(map: Map<string, Json>, method: string, id: string, replaced: (old: Json) => Json): [number, unknown] {
    const there = map.get(id);
    if (there === undefined) return [404, { errors: [`${id} not found`] }];
    if (method === "DELETE") map.delete(id);
    if (method === "PUT") map.set(id, replaced(there));
    return [200, method === "DELETE" ? {} : map.get(id)];
  }
}
