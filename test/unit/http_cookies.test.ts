import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CookieJar } from "../../plugin/http/request/cookies.ts";

const from = new URL("https://host.test/a/b");

/** What is sent at a time, where the clock on the wall has been moved meanwhile. */
function sent(fields: string[], to: string, nowMs = 1000, movedMs = 0): string | undefined {
  const jar = new CookieJar();
  jar.store(from, fields, { wallMs: 0, monotonicMs: 50 });
  return jar.header(new URL(to), { wallMs: nowMs + movedMs, monotonicMs: 50 + nowMs });
}

describe("CookieJar", () => {
  it("sends cookies back to their host and path", () => {
    assert.equal(sent(["x=1; HttpOnly", "y=2; Path=/"], "https://host.test/a/c"), "x=1; y=2");
    assert.equal(sent(["x=1", "y=2; Path=/"], "https://host.test/ab"), "y=2");
    assert.equal(sent(["y=2; Path=/"], "https://other.test/"), undefined);
    assert.equal(sent(["y=2; Path=/; Domain=test"], "https://other.test/"), undefined);
  });

  it("honours Secure, Max-Age and Expires", () => {
    assert.equal(sent(["x=1; Secure; Path=/"], "http://host.test/"), undefined);
    assert.equal(sent(["x=1; Max-Age=2; Path=/"], "https://host.test/", 1999), "x=1");
    assert.equal(sent(["x=1; Max-Age=2; Path=/"], "https://host.test/", 2000), undefined);
    assert.equal(sent(["x=1; Expires=Thu, 01 Jan 1970 00:00:05 GMT; Path=/"], "https://host.test/", 5001), undefined);
    assert.equal(
      sent(["x=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Path=/"], "https://host.test/", 5000),
      "x=1",
    );
  });

  it("measures Max-Age, a lifetime, on a clock that nobody moves, and Expires, a date, on the wall's", () => {
    for (const movedMs of [-3_600_000, 3_600_000]) {
      assert.equal(sent(["x=1; Max-Age=2; Path=/"], "https://host.test/", 1999, movedMs), "x=1");
      assert.equal(sent(["x=1; Max-Age=2; Path=/"], "https://host.test/", 2000, movedMs), undefined);
    }
    const until = "x=1; Expires=Thu, 01 Jan 1970 00:00:05 GMT; Path=/";
    assert.equal(sent([until], "https://host.test/", 1000, 3_600_000), undefined);
    assert.equal(sent([until], "https://host.test/", 6000, -3000), "x=1");
  });

  it("replaces and deletes cookies of the same name", () => {
    assert.equal(sent(["x=1; Path=/", "x=2; Path=/"], "https://host.test/"), "x=2");
    assert.equal(sent(["x=1; Path=/", "x=; Max-Age=0; Path=/"], "https://host.test/"), undefined);
  });

  it("is bounded", () => {
    const fields = Array.from({ length: 1000 }, (_, i) => `n${i}=v; Path=/`);
    const header = sent([...fields, `big=${"x".repeat(5000)}; Path=/`, "=nameless"], "https://host.test/");
    assert.equal(header?.split("; ").length, 200);
    assert.match(header ?? "", /n999=v/);
    assert.doesNotMatch(header ?? "", /big|nameless/);
  });
});
