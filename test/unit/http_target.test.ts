import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { HttpError } from "../../plugin/http/mod.ts";
import { parseTarget } from "../../plugin/http/request/target.ts";

describe("parseTarget", () => {
  it("takes user info and fragment out of the URL", () => {
    const { url, credentials } = parseTarget("http://a%20b:c%2Fd@host:1/p?q#f");
    assert.equal(url.href, "http://host:1/p?q");
    assert.deepEqual(credentials, { username: "a b", password: "c/d" });
    assert.equal(parseTarget("http://host/").credentials, undefined);
    assert.deepEqual(parseTarget("http://user@host/").credentials, { username: "user", password: "" });
  });

  it("leaves user info that is not percent-encoded UTF-8 as it is", () => {
    assert.deepEqual(parseTarget("http://50%:%ff@host/").credentials, { username: "50%", password: "%ff" });
  });

  it("shows no password, whatever is wrong with the URL", () => {
    fc.assert(fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (before, after) => {
      const text = `${before}://user:sesame@${after}`;
      try {
        assert.doesNotMatch(parseTarget(text).url.href, /sesame/);
      } catch (error) {
        assert.ok(error instanceof HttpError);
        assert.equal(error.code, "config");
        assert.doesNotMatch(error.message, /sesame/);
      }
    }));
  });
});
