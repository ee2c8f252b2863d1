import { Hono } from "hono";
import type { Connection } from "../../runtime/serve.ts";
import type { Collector } from "../collect/mod.ts";
import { exportedPage } from "../export.ts";
import type { Layout } from "../layout.ts";
import { readView } from "../view.ts";
import { isToken, isWelcome } from "./guard.ts";
import { contentPolicy, pageHtml, type PageParts } from "./page.ts";
import { Streams } from "./streams.ts";

export interface AppOptions {
  readonly collector: Collector;
  readonly layout: Layout;
  readonly parts: PageParts;
  /** Who has it in the address may look. */
  readonly token: string;
}

/** Said with everything: nothing of it is kept, guessed, framed or told to others. */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

type Env = { Bindings: { readonly connection: Connection } };

/** Answers the page, its stream and its export below the token, and nothing else. */
export function createApp({ collector, layout, parts, token }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  const streams = new Streams(collector);
  const page = pageHtml(parts, layout);
  const policy = contentPolicy(parts, false);
  app.use(async (c, next) => {
    if (isWelcome(c.req.raw.headers) && c.req.method === "GET") await next();
    else c.res = new Response("Forbidden\n", { status: 403 });
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });
  app.use("/:token/*", async (c, next) => {
    if (isToken(c.req.param("token"), token)) await next();
    else c.res = new Response("Not found\n", { status: 404 });
  });
  app.get("/:token/", (c) => {
    c.header("content-security-policy", policy);
    return c.html(page);
  });
  app.get("/:token/stream", (c) => {
    const view = readView(new URL(c.req.url).searchParams);
    if (view === undefined) return c.text("There is no such view.\n", 400);
    const stream = streams.open(view, c.env.connection.gone);
    if (stream === undefined) return c.text("Too many pages look already.\n", 503);
    return c.body(stream, 200, { "content-type": "text/event-stream" });
  });
  app.get("/:token/export", (c) => {
    const view = readView(new URL(c.req.url).searchParams);
    if (view === undefined) return c.text("There is no such view.\n", 400);
    const stamp = new Date(collector.history.now * 1_000).toISOString().slice(0, 19).replaceAll(":", "-");
    c.header("content-disposition", `attachment; filename="torchserve-${stamp}.html"`);
    return c.html(exportedPage(collector.history, layout, parts, view));
  });
  app.notFound((c) => c.text("Not found\n", 404));
  app.onError((_, c) => c.text("Internal Server Error\n", 500));
  return app;
}
