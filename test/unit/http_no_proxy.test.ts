import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NoProxy } from "../../plugin/http/wire/no_proxy.ts";

function matches(entries: readonly string[] | string, host: string, port = 80): boolean {
  return new NoProxy(entries).matches(host, port);
}

describe("NoProxy", () => {
  const cases: [entry: string, host: string, expected: boolean][] = [
    // Names.
    ["example.org", "example.org", true],
    ["example.org", "www.example.org", true],
    ["example.org", "EXAMPLE.org.", true],
    ["example.org", "badexample.org", false],
    ["example.org", "example.org.evil.test", false],
    [".example.org", "www.example.org", true],
    [".example.org", "example.org", false],
    ["*.example.org", "a.b.example.org", true],
    ["*.example.org", "example.org", false],
    // Addresses and networks.
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "127.0.0.2", false],
    ["10.0.0.0/8", "10.200.3.4", true],
    ["10.1.2.3/8", "10.200.3.4", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/0", "11.0.0.1", true],
    ["10.0.0.0/8", "name.test", false],
    ["::1", "::1", true],
    ["[::1]", "::1", true],
    ["fd00::/8", "fd12::1", true],
    ["fd00::/8", "fe80::1", false],
    ["10.0.0.0/33", "10.0.0.1", false],
    ["10.0.0.0/x", "10.0.0.1", false],
    // Everything.
    ["*", "anything.test", true],
    ["*", "::1", true],
    // Ports.
    ["example.org:80", "example.org", true],
    ["example.org:8080", "example.org", false],
    ["[::1]:80", "::1", true],
  ];
  for (const [entry, host, expected] of cases) {
    it(`${entry} ${expected ? "covers" : "does not cover"} ${host}`, () => {
      assert.equal(matches([entry], host), expected);
    });
  }

  it("takes the environment's list, with commas, semicolons and spaces", () => {
    assert.ok(matches("a.test, b.test;c.test", "b.test"));
    assert.ok(matches("a.test, b.test;c.test", "c.test"));
    assert.ok(!matches("", "c.test"));
  });
});
