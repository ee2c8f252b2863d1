import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { TorchServeError } from "../../plugin/emulator/errors.ts";
import { decodeTarget } from "../../plugin/emulator/netty.ts";

describe("decodeTarget()", () => {
  it("splits the path after decoding it, and drops empty segments at the end", () => {
    const cases: [string, string[]][] = [
      ["/", []],
      ["//", []],
      ["/models", ["", "models"]],
      ["/models/", ["", "models"]],
      ["/models//all", ["", "models", "", "all"]],
      ["/models/s%2Fl/all", ["", "models", "s", "l", "all"]],
      ["/models/a%252Fb", ["", "models", "a%2Fb"]],
      ["/models/a+b%20c", ["", "models", "a+b c"]],
      ["/models/%C3%BC%f0%9f%98%80", ["", "models", "ü😀"]],
      ["http://127.0.0.1:8081/models?limit=1", ["", "models"]],
      ["http://127.0.0.1:8081", []],
    ];
    for (const [url, segments] of cases) assert.deepEqual(decodeTarget(url).segments, segments, url);
  });

  it("decodes parameters, with + for a space and ; between them", () => {
    const target = decodeTarget("/x?a=1&b=x+y%2Bz;c&a=2&=v&d=%3D=");
    assert.deepEqual(["a", "b", "c", "d", "e", ""].map((name) => target.parameter(name)), [
      "1",
      "x y+z",
      "",
      "==",
      undefined,
      "v",
    ]);
    assert.deepEqual(target.parameters("a"), ["1", "2"]);
    assert.deepEqual(target.parameters("nope"), []);
  });

  it("gives back any name that was percent-encoded", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
      const { segments, parameter } = decodeTarget(
        `/models/${encodeURIComponent(name)}/x?n=${encodeURIComponent(name)}`,
      );
      assert.equal(segments.slice(2, -1).join("/"), name);
      assert.equal(parameter("n"), name);
    }));
  });

  it("answers any other text, or refuses it with 403", () => {
    fc.assert(fc.property(fc.string(), (text) => {
      try {
        assert.equal(decodeTarget(`/${text}`).raw, `/${text}`);
      } catch (error) {
        assert.ok(error instanceof TorchServeError && error.status === 403);
      }
    }));
  });
});
