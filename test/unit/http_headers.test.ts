import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HttpError } from "../../plugin/http/mod.ts";
import { HeaderFields } from "../../plugin/http/header_fields.ts";
import { requestHeaders } from "../../plugin/http/request/headers.ts";

describe("requestHeaders", () => {
  const defaults = { "User-Agent": "me", Accept: "*/*" };

  it("puts the defaults below the check's fields", () => {
    assert.deepEqual(requestHeaders({}, defaults, { accept: "text/plain" }).toRecord(), {
      "User-Agent": "me",
      accept: "text/plain",
    });
  });

  it("lets headers replace the defaults, and empty headers nothing", () => {
    assert.deepEqual(requestHeaders({ headers: { A: "1" } }, defaults).toRecord(), { A: "1" });
    assert.deepEqual(requestHeaders({ headers: {} }, defaults).toRecord(), defaults);
  });

  it("refuses names and values that would break the request, and does not show the value", () => {
    for (
      const [name, value] of [["A B", "x"], ["", "x"], ["A\r\nB", "x"], ["A", "x\r\nsesame"], ["A", "x\0"], ["A", "€"]]
    ) {
      assert.throws(() => requestHeaders({ extra_headers: { [name ?? ""]: value ?? "" } }, {}), (error) => {
        assert.ok(error instanceof HttpError);
        assert.equal(error.code, "config");
        assert.doesNotMatch(error.message, /sesame/);
        return true;
      });
    }
  });
});

describe("HeaderFields", () => {
  it("keeps only what says nothing about the asker", () => {
    const fields = new HeaderFields({
      "User-Agent": "me",
      Accept: "a",
      Authorization: "x",
      cookie: "y",
      "X-Api-Key": "z",
      Host: "h",
      "X-Auth-Token": "t",
    });
    assert.equal(fields.keepHarmless(), true);
    assert.deepEqual(fields.toRecord(), { "User-Agent": "me", Accept: "a" });
    assert.equal(fields.keepHarmless(), false);
  });
});
