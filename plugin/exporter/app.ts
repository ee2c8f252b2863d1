import { type Context, Hono } from "hono";
import type { Connection } from "../runtime/serve.ts";
import { acceptedFormat } from "./accept.ts";
import { compressed } from "./compressed.ts";
import { exposeFamilies, loadFormat } from "../formats/mod.ts";
import type { Exporter } from "./exporter.ts";
import { landingPage } from "./landing_page.ts";
import { handleProbe } from "./probe_handler.ts";
import { shownSettings } from "./shown_settings.ts";
import { SettingsError } from "./exporter.ts";

/** What a request brings beside itself. */
export interface Bindings {
  readonly Bindings: Connection;
}

/** The exporter's pages. */
export function createApp(exporter: Exporter): Hono<Bindings> {
  const app = new Hono<Bindings>();
  app.use(async (c, next) => {
    const { users, headers } = exporter.web;
    const verdict = users.isEmpty ? "passes" : await users.judge(c.req.header("Authorization") ?? null);
    if (verdict === "passes") await next();
    else if (verdict === "busy") c.res = text(c, 503, "Too many passwords are being checked: try again", RETRY);
    else c.res = text(c, 401, "Unauthorized", { "WWW-Authenticate": 'Basic realm="torchserve-check exporter"' });
    for (const [name, value] of Object.entries({ ...SAFE, ...headers })) c.res.headers.set(name, value);
    c.res = await compressed(c.req.raw, c.res);
  });
  app.get("/", (c) => c.html(landingPage(exporter.prober.settings)));
  app.get("/probe", async (c) => await handleProbe(exporter, c.req.raw, c.env.gone));
  app.get("/metrics", async (c) => {
    const { inFlight, targets } = exporter.prober;
    const name = acceptedFormat(c.req.header("Accept") ?? null);
    const { contentType = "" } = await loadFormat(name);
    return c.body(await exposeFamilies(exporter.metrics.families({ inFlight, targets }), name), 200, {
      "Content-Type": contentType,
    });
  });
  app.get("/-/healthy", (c) => text(c, 200, "Healthy"));
  app.get("/config", async (c) => text(c, 200, await shownSettings(exporter.prober.settings)));
  app.post("/-/reload", async (c) => {
    try {
      await exporter.reload();
      return text(c, 200, "The configuration was read again");
    } catch (thrown) {
      if (!(thrown instanceof SettingsError)) throw thrown;
      return text(c, 500, `The configuration stays as it was: ${thrown.message}`);
    }
  });
  app.all("/-/reload", (c) => text(c, 405, "Only POST reads the configuration again", { Allow: "POST" }));
  for (const path of ["/", "/probe", "/metrics", "/-/healthy", "/config"]) {
    app.all(path, (c) => text(c, 405, "Only GET and HEAD are answered here", { Allow: "GET, HEAD" }));
  }
  app.notFound((c) => text(c, 404, "There is no such page"));
  app.onError((error, c) => {
    if (!c.env.gone.aborted) exporter.options.log("error", `internal error, please report it: ${error.stack ?? error}`);
    return text(c, 500, "Internal Server Error");
  });
  return app;
}

const RETRY = { "Retry-After": "1" } as const;

/** Fields of every answer; the web configuration may set others. */
const SAFE = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
  "Cache-Control": "no-store",
} as const;

function text(c: Context, status: 200 | 401 | 404 | 405 | 500 | 503, body: string, headers = {}): Response {
  return c.body(body.endsWith("\n") ? body : `${body}\n`, status, {
    "Content-Type": "text/plain; charset=utf-8",
    ...headers,
  });
}
