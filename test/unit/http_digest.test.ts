import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseChallenges } from "../../plugin/http/auth/challenge.ts";
import { chooseChallenge, DigestAuthentication, digestResponse } from "../../plugin/http/auth/digest.ts";
import { HeaderFields } from "../../plugin/http/header_fields.ts";

const mufasa = { username: "Mufasa", password: "Circle of Life" };

describe("parseChallenges", () => {
  it("reads several challenges of one field", () => {
    const challenges = parseChallenges('Basic realm="a, \\"b\\"", NTLM, Negotiate YII=, Digest realm=x , nonce="n"');
    assert.deepEqual(
      challenges.map(({ scheme, token, parameters }) => [scheme, token, Object.fromEntries(parameters)]),
      [
        ["basic", undefined, { realm: 'a, "b"' }],
        ["ntlm", undefined, {}],
        ["negotiate", "YII=", {}],
        ["digest", undefined, { realm: "x", nonce: "n" }],
      ],
    );
  });

  it("ends on every text", () => {
    fc.assert(fc.property(fc.string(), (text) => parseChallenges(text).length <= text.length));
    fc.assert(fc.property(
      fc.array(fc.constantFrom("Digest ", "a=b", 'c="d\\"', ",", " ", "=", '"', "x")),
      (parts) => parseChallenges(parts.join("")).length <= parts.join("").length,
    ));
  });
});

describe("digestResponse", () => {
  const use = {
    method: "GET",
    uri: "/dir/index.html",
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    count: 1,
  };
  const field = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

  for (
    const [algorithm, response] of [
      ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
      ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
    ] as const
  ) {
    it(`gives the example of RFC 7616, 3.9.1, for ${algorithm}`, () => {
      const challenge = chooseChallenge(parseChallenges(field(algorithm)));
      assert.ok(challenge);
      const value = digestResponse(challenge, mufasa, use);
      assert.match(value, new RegExp(`response="${response}"`));
      assert.match(value, /qop=auth, nc=00000001, cnonce="f2/);
      assert.match(value, /opaque="FQhe/);
    });
  }

  it("gives the example of RFC 2069 without qop", () => {
    const challenge = chooseChallenge(parseChallenges(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    ));
    assert.ok(challenge);
    const value = digestResponse(challenge, { username: "Mufasa", password: "CircleOfLife" }, use);
    assert.match(value, /response="1949323746fe6a43ef61f9606e7febea"/);
    assert.doesNotMatch(value, /qop|nc=|cnonce/);
  });

  it("takes the strongest algorithm it knows, and none that it does not", () => {
    const both = parseChallenges(`${field("MD5")}, ${field("SHA-256")}, ${field("WHIRLPOOL")}`);
    assert.equal(chooseChallenge(both)?.algorithm, "SHA-256");
    assert.equal(chooseChallenge(parseChallenges(field("WHIRLPOOL"))), undefined);
    assert.equal(chooseChallenge(parseChallenges('Digest nonce="n", qop="auth-int"')), undefined);
  });
});

describe("DigestAuthentication", () => {
  const url = new URL("http://host.test/p?q");
  const refusal = (nonce: string, stale = false) => {
    const challenge = `Digest realm="r", nonce="${nonce}", qop="auth"${stale ? ", stale=true" : ""}`;
    return {
      status: 401,
      statusText: "",
      headers: { "www-authenticate": challenge },
      header: (name: string) => name === "www-authenticate" ? challenge : undefined,
      setCookies: [],
      body: new Uint8Array(),
    };
  };

  it("answers a challenge once, then counts the uses of its nonce", () => {
    const digest = new DigestAuthentication(mufasa, () => "c");
    const first = { method: "GET", url, headers: new HeaderFields() };
    digest.authorize(first);
    assert.equal(first.headers.get("Authorization"), undefined);
    assert.equal(digest.challenged(refusal("n"), first, 1), true);
    for (const count of ["00000001", "00000002"]) {
      const message = { method: "GET", url, headers: new HeaderFields() };
      digest.authorize(message);
      assert.match(message.headers.get("Authorization") ?? "", new RegExp(`uri="/p\\?q".*nc=${count}`));
      assert.equal(digest.challenged(refusal("n"), message, 2), false);
    }
  });

  it("takes a new nonce when the old one is stale", () => {
    const digest = new DigestAuthentication(mufasa, () => "c");
    assert.equal(digest.challenged(refusal("n"), { method: "GET", url, headers: new HeaderFields() }, 1), true);
    const message = { method: "GET", url, headers: new HeaderFields() };
    digest.authorize(message);
    assert.equal(digest.challenged(refusal("m", true), message, 2), true);
    digest.authorize(message);
    assert.match(message.headers.get("Authorization") ?? "", /nonce="m".*nc=00000001/);
  });
});
