import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { describe, it } from "node:test";
import { type Answer, type Client, errorBody } from "./torchserve_client.ts";

const refused = (word: string) =>
  errorBody(
    400,
    "InvalidKeyException",
    `Token ${word} failed. Token either incorrect, expired, or not provided correctly`,
  );

/** Token authorization, as a TorchServe has it that was installed and started without more. */
export function tokenCases(client: () => Client): void {
  const bearer = (key: string) => ({ anonymous: true, headers: { authorization: `Bearer ${key}` } });
  const expectRefusal = (answer: Answer, word = "Authorization") =>
    assert.deepEqual([answer.status, answer.text], [400, refused(word)]);
  const passes = async (answer: Promise<Answer>) => assert.equal((await answer).status, 200);

  describe("token authorization", () => {
    it("keeps the keys in a file for the owner only", () => {
      const { keyFile } = client().target;
      assert.ok(keyFile !== undefined);
      assert.equal(statSync(keyFile).mode & 0o777, 0o600);
      const content = JSON.parse(readFileSync(keyFile, "utf8"));
      assert.deepEqual(Object.keys(content), ["management", "inference", "API"]);
      for (const name of ["management", "inference", "API"]) assert.match(content[name].key, /^[\w-]{8}$/);
      for (const name of ["management", "inference"]) {
        assert.match(content[name]["expiration time"], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z$/);
        const minutes = (Date.parse(content[name]["expiration time"]) - Date.now()) / 60_000;
        assert.ok(minutes > 50 && minutes <= 60, String(minutes));
      }
      assert.equal("expiration time" in content.API, false);
    });

    it("refuses inference and management without the right key, before it looks at the path", async () => {
      const { management, inference, API } = client().keys;
      expectRefusal(await client().inference("/ping", { anonymous: true }));
      expectRefusal(await client().inference("/nope", { anonymous: true }));
      expectRefusal(await client().inference("/ping", bearer(management.key)));
      expectRefusal(await client().inference("/ping", bearer(API.key)));
      expectRefusal(await client().management("/models", { anonymous: true }));
      expectRefusal(await client().management("/nope", { anonymous: true }));
      expectRefusal(await client().management("/models", bearer(inference.key)));
      expectRefusal(await client().management("/models", bearer(API.key)));
      expectRefusal(await client().management("/models", bearer("wrong")));
    });

    it("wants the key as Bearer, in this spelling, with any white space between", async () => {
      const { key } = client().keys.management;
      const say = (authorization: string) =>
        client().management("/models", { anonymous: true, headers: { authorization } });
      await passes(say(`Bearer ${key}`));
      await passes(say(`Bearer  \t ${key}`));
      expectRefusal(await say(`bearer ${key}`));
      expectRefusal(await say(key));
      expectRefusal(await say(`Bearer ${key} x`));
      expectRefusal(await say(`Basic ${btoa(`${key}:`)}`));
    });

    it("takes any management request that says /token for one to the token API", async () => {
      const { management, API } = client().keys;
      await client().register("beta.mar", "token_x");
      for (
        const [path, headers] of [
          ["/models/token_x", {}],
          ["/models?x=/token", {}],
          ["/models", { referer: "http://example.org/tokens" }],
        ] as const
      ) {
        for (const key of [management.key, API.key]) {
          const answer = await client().management(path, {
            anonymous: true,
            headers: { ...headers, authorization: `Bearer ${key}` },
          });
          expectRefusal(answer, "Authentication");
        }
      }
      await passes(client().management("/models/%74oken_x"));
      await passes(client().management("/models/%74oken_x", { method: "DELETE" }));
      await client().register("beta.mar", "x_token");
      await passes(client().management("/models/x_token"));
      await client().unregister("x_token");
      await passes(client().inference("/predictions/alpha?x=/token", { method: "POST", body: "x" }));
    });

    it("renews a key with the API key, rewrites the file, and the old key is good no longer", async () => {
      for (const type of ["management", "inference"] as const) {
        const before = client().keys;
        const renewed = await client().management(`/token?type=${type}`, bearer(before.API.key));
        assert.deepEqual([renewed.status, renewed.text], [200, "\n"]);
        const after = client().keys;
        const other = type === "management" ? "inference" : "management";
        assert.notEqual(after[type].key, before[type].key);
        assert.ok(after[type]["expiration time"] > before[type]["expiration time"]);
        assert.deepEqual([after[other], after.API], [before[other], before.API]);
        assert.equal(statSync(client().target.keyFile ?? "").mode & 0o777, 0o600);
        const ask = (key: string) =>
          type === "management"
            ? client().management("/models", bearer(key))
            : client().inference("/ping", bearer(key));
        expectRefusal(await ask(before[type].key));
        await passes(ask(after[type].key));
      }
    });

    it("renews nothing without the API key, a known type, or on another API", async () => {
      const before = client().keys;
      expectRefusal(await client().management("/token?type=management", { anonymous: true }), "Authentication");
      expectRefusal(await client().management("/token?type=management"), "Authentication");
      for (const query of ["", "?type=", "?type=API", "?type=Management"]) {
        expectRefusal(await client().management(`/token${query}`, bearer(before.API.key)), "Authentication");
      }
      expectRefusal(await client().inference("/token?type=inference", bearer(before.API.key)));
      assert.deepEqual(client().keys, before);
    });
  });
}
