import type { IncomingMessage, ServerResponse } from "node:http";
import { FakeBackend } from "./fake_backend.ts";

type Json = Record<string, unknown>;

/** The token that it takes. */
export const TOKEN = "glsa_0123456789abcdef";

interface Stored {
  readonly dashboard: Json;
  readonly folderUid: string;
  readonly provisioned: boolean;
}

/**
 * A stand-in for Grafana's API of dashboards and folders as far as `assets push` uses it: uids of the client's choice,
 * versions that must fit (412), titles that are there once in a folder (412), dashboards that come from files.
 */
export class FakeGrafana extends FakeBackend {
  readonly dashboards = new Map<string, Stored>();
  readonly folders = new Map<string, string>();
  #next = 1;

  /** All that it has, without what counts versions. */
  snapshot(): unknown {
    const dashboards = [...this.dashboards].map(([uid, { dashboard: { id: _, version: __, ...rest }, folderUid }]) =>
      JSON.stringify([uid, rest, folderUid])
    ).sort();
    return { dashboards, folders: [...this.folders] };
  }

  /** Somebody saves a dashboard. */
  edit(uid: string, change: Json): void {
    const stored = this.dashboards.get(uid);
    if (stored === undefined) throw new Error(`${uid} is not there`);
    const version = Number(stored.dashboard["version"]) + 1;
    this.dashboards.set(uid, { ...stored, dashboard: { ...stored.dashboard, ...change, version } });
  }

  protected override async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
    const text = await this.textOf(request);
    if (text === undefined) return;
    const asked = `${request.method} ${pathname}`;
    this.asked.push(asked);
    const fate = this.fate(this.asked.length, asked);
    if (fate === "cut before") return void request.socket.destroy();
    const [status, body] = typeof fate === "object"
      ? [fate.status, { message: `no, with ${Object.values(request.headers).join(" ")}` }]
      : request.headers.authorization !== `Bearer ${TOKEN}`
      ? [401, { message: "Invalid API key" }]
      : this.#do(asked, searchParams, text === "" ? {} : JSON.parse(text) as Json);
    if (fate === "cut after") return void request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  }

  #do(asked: string, query: URLSearchParams, body: Json): [number, unknown] {
    const [, method = "", path = ""] = /^(\S+) (\S+)$/.exec(asked) ?? [];
    const [, uid = ""] = /^\/api\/(?:dashboards\/uid|folders)\/(.+)$/.exec(path) ?? [];
    if (path === "/api/dashboards/db") return this.#save(body);
    if (path.startsWith("/api/dashboards/uid/")) {
      const there = this.dashboards.get(uid);
      if (there === undefined) return [404, { message: "Dashboard not found" }];
      if (method === "DELETE") this.dashboards.delete(uid);
      const { dashboard, folderUid, provisioned } = there;
      const meta = {
        folderUid,
        provisioned,
        created: "2026-11-27T12:00:00Z",
        version: dashboard["version"],
        slug: "x",
      };
      return [200, { dashboard, meta }];
    }
    if (path === "/api/search") {
      const inside = [...this.dashboards].filter(([, { folderUid }]) => folderUid === query.get("folderUIDs"));
      return [200, inside.map(([one]) => ({ uid: one }))];
    }
    if (path === "/api/folders") {
      if (this.folders.has(String(body["uid"]))) return [412, { message: "a folder with this uid is there" }];
      this.folders.set(String(body["uid"]), String(body["title"]));
      return [200, body];
    }
    if (!this.folders.has(uid)) return [404, { message: "folder not found" }];
    if (method === "DELETE") {
      this.folders.delete(uid);
      for (const [one, { folderUid }] of this.dashboards) if (folderUid === uid) this.dashboards.delete(one);
    }
    return [200, { uid, title: this.folders.get(uid) }];
  }

  #save({ dashboard, folderUid = "", overwrite }: Json): [number, unknown] {
    const sent = dashboard as Json;
    const uid = String(sent["uid"]);
    const there = this.dashboards.get(uid);
    const folder = String(folderUid);
    if (folder !== "" && !this.folders.has(folder)) return [400, { message: "folder not found" }];
    if (there?.provisioned === true) return [400, { message: "Cannot save provisioned dashboard" }];
    if (overwrite !== true && there !== undefined && sent["version"] !== there.dashboard["version"]) {
      return [412, { status: "version-mismatch", message: "The dashboard has been changed by someone else" }];
    }
    const sameTitle = [...this.dashboards].some(([one, other]) =>
      one !== uid && other.folderUid === folder && other.dashboard["title"] === sent["title"]
    );
    if (overwrite !== true && sameTitle) {
      return [412, { status: "name-exists", message: "A dashboard with the same name in the folder already exists" }];
    }
    const version = Number(there?.dashboard["version"] ?? 0) + 1;
    const id = there?.dashboard["id"] ?? this.#next++;
    this.dashboards.set(uid, {
      dashboard: { ...sent, id, version, timezone: sent["timezone"] ?? "" },
      folderUid: folder,
      provisioned: false,
    });
    return [200, { id, uid, version, status: "success" }];
  }
}
