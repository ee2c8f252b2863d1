import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Users } from "../../plugin/exporter/users.ts";

/** Of the password "secret", with a cost of 4. */
const HASH = "$2b$04$VGavlg.UL7rNoBEdqRtQtejUqB0m2qcYD6VupegQb1CBrdc7BUf0q";

const basic = (name: string, password: string) => `Basic ${btoa(`${name}:${password}`)}`;

describe("Users", () => {
  it("let pass who knows the password, whichever of the three names the hash has", async () => {
    for (const kind of ["$2a$", "$2b$", "$2y$"]) {
      const users = new Users(new Map([["prometheus", HASH.replace("$2b$", kind)]]));
      assert.equal(await users.judge(basic("prometheus", "secret")), "passes", kind);
      assert.equal(await users.judge(basic("prometheus", "secret")), "passes", `${kind}, remembered`);
      assert.equal(await users.judge(basic("prometheus", "Secret")), "refused", kind);
      assert.equal(await users.judge(basic("prometheus", "Secret")), "refused", `${kind}, remembered`);
    }
  });

  it("refuse everybody else, whatever they send", async () => {
    const users = new Users(new Map([["prometheus", HASH]]));
    for (
      const field of [
        null,
        "",
        "Basic",
        "Basic !!!",
        `Bearer ${btoa("prometheus:secret")}`,
        `Basic ${btoa("prometheus")}`,
        basic("", "secret"),
        basic("other", "secret"),
        basic("constructor", "secret"),
        basic("prometheus", ""),
        basic("prometheus", "secret\0"),
        basic("prometheus", "s".repeat(73)),
      ]
    ) {
      assert.equal(await users.judge(field), "refused", String(field));
    }
  });

  it("keep a good password however many wrong ones come, and bound what is checked at a time", async () => {
    const users = new Users(new Map([["prometheus", HASH]]));
    assert.equal(await users.judge(basic("prometheus", "secret")), "passes");
    const tries = Array.from({ length: 100 }, (_, i) => users.judge(basic("prometheus", `wrong ${i}`)));
    assert.equal(await users.judge(basic("prometheus", "secret")), "passes");
    const verdicts = await Promise.all(tries);
    assert.ok(!verdicts.includes("passes"));
    assert.equal(verdicts.filter((verdict) => verdict === "busy").length, 100 - 2 - 32);
  });
});
