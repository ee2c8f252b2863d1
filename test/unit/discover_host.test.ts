import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isReachedLocally, isThisMachine, parseHost } from "../../plugin/discover/host.ts";
import { describePorts, parsePorts } from "../../plugin/discover/ports.ts";

describe("parseHost()", () => {
  const both = ["http", "https"];
  for (
    const [text, name, port, schemes] of [
      // Names and addresses.
      ["localhost", "localhost", undefined, both],
      [" gpu-7.example.org ", "gpu-7.example.org", undefined, both],
      ["192.0.2.7", "192.0.2.7", undefined, both],
      ["2001:db8::7", "[2001:db8::7]", undefined, both],
      ["[2001:db8::7]", "[2001:db8::7]", undefined, both],
      ["::1", "[::1]", undefined, both],
      // With a port.
      ["localhost:9000", "localhost", 9000, both],
      ["[::1]:9000", "[::1]", 9000, both],
      ["localhost:80", "localhost", 80, both],
      // URLs.
      ["http://gpu-7", "gpu-7", undefined, ["http"]],
      ["http://gpu-7:80/", "gpu-7", 80, ["http"]],
      ["https://gpu-7:443", "gpu-7", 443, ["https"]],
      ["HTTPS://GPU-7:8443/", "gpu-7", 8443, ["https"]],
      ["http://[::1]", "[::1]", undefined, ["http"]],
    ] as const
  ) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseHost(text), { name, port, schemes }));
  }

  for (
    const [text, reason] of [
      ["", /name or address/],
      ["two words", /name or address/],
      ["localhost:port", /name or address/],
      ["localhost:70000", /name or address/],
      ["ftp://gpu-7", /not a scheme/],
      ["http://gpu-7:8080/metrics", /not paths/],
      ["gpu-7/base", /not paths/],
      ["http://gpu-7?x=1", /not paths/],
    ] as const
  ) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseHost(text), { name: "RangeError", message: reason }));
  }

  it("refuses a password without showing it", () => {
    assert.throws(() => parseHost("http://me:hunter2@gpu-7"), (error: Error) => !/hunter2|me:/.test(error.message));
  });
});

describe("isThisMachine()", () => {
  for (const name of ["localhost", "ts.localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "0.0.0.0"]) {
    it(`knows ${name}`, async () => assert.equal(await isThisMachine(parseHost(name)), true));
  }
  for (const name of ["192.0.2.7", "2001:db8::7", "name.invalid"]) {
    it(`knows that ${name} is not`, async () => assert.equal(await isThisMachine(parseHost(name)), false));
  }
  it("tells addresses that localhost reaches from others", () => {
    const yes = ["0.0.0.0", "127.0.0.1", "0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:1", "::"];
    const no = ["10.0.0.1", "2001:db8:0:0:0:0:0:1", "fe80::1"];
    assert.deepEqual([...yes, ...no].filter(isReachedLocally), yes);
  });
});

describe("parsePorts()", () => {
  it("reads ports and ranges, each port once, in the order given", () => {
    assert.deepEqual(parsePorts("8082, 8080-8081,8080"), [8082, 8080, 8081]);
    assert.equal(parsePorts("9000-9999").length, 1_000);
  });
  for (const text of ["", "8080,", "0", "65536", "9-8", "http", "8080;8081", "-1", "1-5000", "1e3"]) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => parsePorts(text), { name: "RangeError", message: /expected/ }));
  }
  it("is the inverse of describePorts()", () => {
    assert.equal(describePorts([9000, 8081, 8080, 8082, 8080]), "8080-8082, 9000");
    assert.deepEqual(parsePorts(describePorts([8080, 8081, 9000])), [8080, 8081, 9000]);
  });
});
