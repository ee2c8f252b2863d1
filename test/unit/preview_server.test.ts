import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { loadDashboards } from "../../plugin/assets/mod.ts";
import { Collector } from "../../plugin/preview/collect/mod.ts";
import { SCRIPT, STYLE } from "../../plugin/preview/embedded_page.ts";
import { viewLayouts } from "../../plugin/preview/layout.ts";
import { createApp } from "../../plugin/preview/server/app.ts";
import { historyOf, of, START } from "./preview_support.ts";

const TOKEN = "0123456789abcdef";
const history = historyOf();
history.add([of("metrics", { status: "partial", warnings: [{ code: "empty", message: "</script><b>" }] })], START + 5);
const layout = { version: "0", views: viewLayouts(await loadDashboards()), messages: {}, ranges: [60, 0] };

function app() {
  const collector = new Collector(history, () => Promise.resolve([]));
  return createApp({ collector, layout, parts: { script: SCRIPT, style: STYLE }, token: TOKEN });
}

const ask = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
  const gone = new AbortController();
  const url = `http://127.0.0.1:9/${path}`;
  const request = new Request(url, { method });
  // A client of the platform may not say which host it means; a server is told.
  Object.defineProperty(request, "headers", { value: new Headers({ host: "127.0.0.1:9", ...headers }) });
  const response = await app().fetch(request, { connection: { gone: gone.signal } });
  return { response, gone };
};

describe("the server of the preview", () => {
  it("gives its page, its stream and its export to who has the token", async () => {
    for (const path of ["", "stream", "export", "export?view=models&range=60&model_name=a"]) {
      const { response, gone } = await ask(`${TOKEN}/${path}`);
      assert.equal(response.status, 200, path);
      gone.abort();
      await response.body?.cancel();
    }
  });

  const refused: readonly (readonly [what: string, path: string, headers: Record<string, string>, method?: string])[] =
    [
      ["without the token", "", {}],
      ["with another token", "0123456789abcdee/", {}],
      ["with a longer token", `${TOKEN}0/stream`, {}],
      ["with a part of the token", `${TOKEN.slice(0, 8)}/stream`, {}],
      ["through a rebound name", `${TOKEN}/stream`, { host: "evil.example:9" }],
      ["through a name that begins well", `${TOKEN}/stream`, { host: "127.0.0.1.evil.example:9" }],
      ["without a host", `${TOKEN}/stream`, { host: "" }],
      ["from a page of another origin", `${TOKEN}/stream`, { origin: "http://evil.example" }],
      ["from a page of another port", `${TOKEN}/stream`, { origin: "http://127.0.0.1:10" }],
      ["from a page without an origin", `${TOKEN}/stream`, { origin: "null" }],
      ["as a script of another site", `${TOKEN}/stream`, {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "no-cors",
      }],
      ["as a frame of another site", `${TOKEN}/`, {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "iframe",
      }],
      ["with another method", `${TOKEN}/`, {}, "POST"],
    ];
  for (const [what, path, headers, method] of refused) {
    it(`gives nothing to a request ${what}`, async () => {
      const { response } = await ask(path, headers, method);
      assert.ok([403, 404].includes(response.status), `${response.status}`);
      const text = await response.text();
      assert.ok(text.length < 20 && !text.includes(TOKEN), text);
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    });
  }

  it("lets in a person who follows a link, and the names of this machine", async () => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    assert.equal((await ask(`${TOKEN}/`, link)).response.status, 200);
    for (const host of ["localhost:9", "[::1]:9", "LOCALHOST:9"]) {
      assert.equal((await ask(`${TOKEN}/`, { host })).response.status, 200, host);
    }
    assert.equal((await ask(`${TOKEN}/`, { origin: "http://127.0.0.1:9" })).response.status, 200);
  });

  it("allows its page its own script and style, and nothing else", async () => {
    const { response } = await ask(`${TOKEN}/`);
    const policy = response.headers.get("content-security-policy") ?? "";
    const text = await response.text();
    const [, script = ""] = /<script>([^]*?)<\/script>/.exec(text) ?? [];
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(text) ?? [];
    for (const part of [script, style]) {
      assert.ok(policy.includes(createHash("sha256").update(part).digest("base64")), policy);
    }
    for (const word of ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      assert.ok(policy.includes(word), word);
    }
    assert.ok(!policy.includes("unsafe"), policy);
    assert.equal(response.headers.get("referrer-policy"), "no-referrer");
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.deepEqual(text.match(/(?:src|href)="(?!data:|#)[^"]*"/g), null);
  });

  it("sends a frame at once, and answers a view that it does not have with 400", async () => {
    const { response, gone } = await ask(`${TOKEN}/stream?view=models`);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body?.getReader();
    const { value } = await reader?.read() ?? {};
    const [, text = ""] = /^data: ([^\n]*)\n\n$/.exec(new TextDecoder().decode(value)) ?? [];
    assert.equal(JSON.parse(text).view, "models");
    gone.abort();
    assert.equal((await reader?.read())?.done, true);
    for (const wrong of ["view=x", "range=7", "range=-1", "range=60.5"]) {
      assert.equal((await ask(`${TOKEN}/stream?${wrong}`)).response.status, 400, wrong);
    }
  });

  it("refuses pages beyond its bound, and takes new ones when others have gone", async () => {
    const collector = new Collector(history, () => Promise.resolve([]));
    const one = createApp({ collector, layout, parts: { script: "", style: "" }, token: TOKEN });
    const open = async () => {
      const gone = new AbortController();
      const request = new Request(`http://127.0.0.1:9/${TOKEN}/stream`);
      Object.defineProperty(request, "headers", { value: new Headers({ host: "127.0.0.1:9" }) });
      return { gone, response: await one.fetch(request, { connection: { gone: gone.signal } }) };
    };
    const all = await Promise.all(Array.from({ length: 17 }, open));
    assert.deepEqual(all.map(({ response }) => response.status), [...Array(16).fill(200), 503]);
    for (const { gone } of all) gone.abort();
    assert.equal((await open()).response.status, 200);
  });

  it("exports a page that needs no server, whatever others wrote", async () => {
    const { response } = await ask(`${TOKEN}/export?view=models`);
    assert.match(
      response.headers.get("content-disposition") ?? "",
      /^attachment; filename="torchserve-[\dT-]+\.html"$/,
    );
    const text = await response.text();
    assert.ok(!text.includes("</script><b>"), "foreign text ends the element that it stands in");
    assert.ok(!text.includes(TOKEN), "the token is in it");
    const [, frames = ""] = /<script type="application\/json" id="frames">([^]*?)<\/script>/.exec(text) ?? [];
    assert.deepEqual(JSON.parse(frames).map((frame: { view: string }) => frame.view), [
      "models",
      "overview",
      "monitors",
    ]);
    assert.match(text, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/);
  });
});
