import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serve } from "../../plugin/runtime/serve.ts";

describe("serve()", () => {
  it("listens on a free port, and its URL leads there", async () => {
    const server = await serve((request) => new Response(`${request.method} ${new URL(request.url).pathname}`));
    assert.equal(server.url, `http://127.0.0.1:${server.port}`);
    assert.equal(await (await fetch(`${server.url}/x`, { method: "PUT" })).text(), "PUT /x");
    await server.close();
    await assert.rejects(fetch(server.url));
  });

  it("says which address is taken", async () => {
    const server = await serve(() => new Response());
    await assert.rejects(serve(() => new Response(), { port: server.port }), {
      message: new RegExp(`^cannot listen on 127\\.0\\.0\\.1:${server.port}: `),
    });
    await server.close();
  });

  it("answers 500 for a handler that throws", async () => {
    const server = await serve(() => {
      throw new Error("odd");
    });
    const answer = await fetch(server.url);
    assert.equal(answer.status, 500);
    assert.doesNotMatch(await answer.text(), /odd/);
    await server.close();
  });

  it("tells a handler that waits when its client goes away", async () => {
    const gone = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const server = await serve((_, connection) => {
      connection.gone.addEventListener("abort", () => gone.resolve());
      arrived.resolve();
      return new Promise(() => {});
    });
    const abort = new AbortController();
    const asked = fetch(server.url, { signal: abort.signal });
    await arrived.promise;
    abort.abort();
    await assert.rejects(asked);
    await gone.promise;
    await server.close();
  });
});
