import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serveBounded } from "../../plugin/runtime/bounded_server.ts";
import { ListenError, listenError } from "../../plugin/runtime/listen_error.ts";
import { serve } from "../../plugin/runtime/serve.ts";

const BOUNDS = { maxConnections: 1, maxHeaderBytes: 4_096, requestMs: 1_000, answerMs: 1_000 };
/** The system knows without asking anybody that a name with such a long part has no address. */
const NO_NAME = "x".repeat(64);
const answer = () => new Response();

const SERVERS = {
  serve: (hostname: string, port: number) => serve(answer, { hostname, port }),
  serveBounded: (hostname: string, port: number) => serveBounded(answer, { ...BOUNDS, hostname, port }),
};

for (const [name, start] of Object.entries(SERVERS)) {
  describe(`${name}() where it cannot listen`, () => {
    for (
      const [host, code, message] of [
        [NO_NAME, "ENOTFOUND", /^cannot listen on x+:0: x+ is no name that has an address$/],
        ["192.0.2.1", "EADDRNOTAVAIL", /^cannot listen on 192\.0\.2\.1:0: this machine does not have that address/],
      ] as const
    ) {
      it(`says why of ${host}, in the same words on both runtimes`, async () => {
        await assert.rejects(start(host, 0), (thrown) => {
          assert.ok(thrown instanceof ListenError);
          assert.equal(thrown.code, code);
          assert.match(thrown.message, message);
          return true;
        });
      });
    }

    it("says that something listens there already", async () => {
      const there = await serve(answer);
      await assert.rejects(start("127.0.0.1", there.port), {
        message: `cannot listen on 127.0.0.1:${there.port}: something listens there already (EADDRINUSE)`,
      });
      await there.close();
    });
  });
}

describe("listenError()", () => {
  it("puts IPv6 into brackets, and leaves unknown reasons in their own words", async () => {
    assert.equal((await listenError("::1", 1, new Error("odd"))).message, "cannot listen on [::1]:1: odd");
    assert.equal((await listenError(undefined, 1, "odd")).message, "cannot listen on :1: odd");
  });
});
