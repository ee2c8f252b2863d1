import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Secrets } from "../../plugin/http/request/secrets.ts";

const AUTHORIZATION = `Basic ${btoa("user:open sesame")}`;

describe("what a server may echo", () => {
  const secrets = new Secrets({
    proxy: { http: "http://proxy-user:pr%40xy-pass@proxy:3128" },
    password: "open sesame",
  });
  secrets.learn({
    Accept: "text/plain",
    Host: "torchserve",
    "X-Api-Key": "k-0123456789",
    Authorization: AUTHORIZATION,
  });

  it("is hidden: header values, credentials in Base64 and in clear, those of the proxy", () => {
    for (const secret of ["k-0123456789", AUTHORIZATION, btoa("user:open sesame"), "open sesame", "pr@xy-pass"]) {
      assert.equal(secrets.hide(`<${secret}> and <${secret}>`), "<***> and <***>");
    }
    assert.equal(secrets.hide(btoa("proxy-user:pr@xy-pass")), "***");
  });

  it("is hidden where an excerpt cuts it", () => {
    assert.equal(secrets.hide("the key is k-012345…"), "the key is ***…");
  });

  it("is hidden once where secrets overlap", () => {
    const both = new Secrets({ password: "open sesame please" });
    both.learn({ "X-Word": "open sesame" });
    assert.equal(both.hide("say: open sesame please!"), "say: ***!");
  });

  it("does not touch what everybody may know", () => {
    const text = "torchserve answered text/plain to user";
    assert.equal(secrets.hide(text), text);
  });

  it("is forgotten where it is new with every request", () => {
    const many = new Secrets({});
    for (let i = 0; i < 1_000; i++) many.learn({ Authorization: `Digest ${String(i).padStart(8, "0")}` });
    assert.equal(many.hide("00000000 00000999"), "00000000 ***");
  });
});

describe("a text of any size", () => {
  it("is cut at what people may be shown", () => {
    const secrets = new Secrets({ password: "a".repeat(9) });
    assert.equal(secrets.hide("a".repeat(10_000_000)), "***…");
  });

  it("with a secret that is not ASCII hides it in Latin-1 and in UTF-8", () => {
    const secrets = new Secrets({ password: "pässwörd" });
    for (const encoding of ["latin1", "utf8"] as const) {
      const echoed = Buffer.from("the pässwörd", encoding).toString("latin1");
      assert.equal(secrets.hide(echoed), "the ***", encoding);
    }
  });
});
