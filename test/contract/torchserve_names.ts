import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Client, errorBody, type ModelList, type Version } from "./torchserve_client.ts";

const oddNames = [
  "a b",
  "p%c",
  "q?m",
  "ü",
  "模型",
  "😀",
  "pl+us",
  "ha#sh",
  "am&p",
  "se;mi",
  'quo"te',
  "lt<>'=",
  "back\\slash",
  "a%2Fb",
  "dot.",
  "all",
  "UPPER",
  "upper",
];

/** Model names that need encoding, and how paths are decoded. */
export function nameCases(client: () => Client, tokenAuth: boolean): void {
  describe("odd model names", () => {
    const everyName = [...oddNames, "s/l", "tokenizer"];
    before(async () => {
      for (const name of everyName) assert.equal((await client().register("beta.mar", name)).status, 200, name);
    });
    after(async () => {
      // A name with a slash cannot be unregistered: no request means it.
      for (const name of oddNames) assert.equal((await client().unregister(name)).status, 200, name);
      assert.equal((await client().management("/models/%74okenizer", { method: "DELETE" })).status, 200);
      assert.equal((await client().unregister("s/l")).status, 404);
    });

    it("are listed in the order of UTF-16 code units", async () => {
      const { models } = await client().json<ModelList>("/models");
      const listed = models.map(({ modelName }) => modelName);
      assert.deepEqual(listed, ["alpha", "beta", ...everyName].sort());
    });

    for (const name of oddNames) {
      it(`are found percent-encoded: ${name}`, async () => {
        const [version] = await client().json<Version[]>(`/models/${encodeURIComponent(name)}/all`);
        assert.equal(version?.modelName, name);
      });
    }

    it("with a slash answer 404 however it is encoded", async () => {
      for (const encoded of ["s%2Fl", "s%2fl", "s/l", "s%252Fl", "s\\l", "s%5Cl"]) {
        const { status } = await client().management(`/models/${encoded}/all`);
        assert.equal(status, 404, encoded);
      }
      const { text } = await client().management("/models/s%2Fl");
      assert.equal(text, errorBody(404, "ModelNotFoundException", "Model not found: s"));
    });

    it("keep a plus in the path, while it is a space in the query", async () => {
      assert.equal((await client().management("/models/pl+us/all")).status, 200);
      assert.equal((await client().management("/models/a+b/all")).status, 404);
      const { text } = await client().management("/models?url=no+such.mar", { method: "POST" });
      assert.equal(text, errorBody(404, "ModelNotFoundException", "Model not found at: no such.mar"));
    });

    it("are not decoded twice", async () => {
      const [version] = await client().json<Version[]>("/models/a%252Fb/all");
      assert.equal(version?.modelName, "a%2Fb");
    });

    it("may hold what a URL need not encode", async () => {
      const [version] = await client().json<Version[]>("/models/am&p/all");
      assert.equal(version?.modelName, "am&p");
    });

    it(`that start with token are ${tokenAuth ? "out of reach, unless the t is encoded" : "ordinary"}`, async () => {
      const plain = await client().management("/models/tokenizer/all");
      assert.equal(plain.status, tokenAuth ? 400 : 200);
      const [version] = await client().json<Version[]>("/models/%74okenizer/all");
      assert.equal(version?.modelName, "tokenizer");
    });

    it("with broken encodings answer 403", async () => {
      const refusal = (message: string) => errorBody(403, "IllegalArgumentException", message);
      for (
        const [path, message] of [
          ["/models/%zz/all", "invalid hex byte 'zz' at index 9 of '/models/%zz/all'"],
          ["/models/%/all", "invalid hex byte '/a' at index 9 of '/models/%/all'"],
          ["/models/ab%4/all", "invalid hex byte '4/' at index 11 of '/models/ab%4/all'"],
          ["/models/ab%4", "unterminated escape sequence at index 10 of: /models/ab%4"],
          ["/models/ab%", "unterminated escape sequence at index 10 of: /models/ab%"],
        ] as const
      ) {
        const { status, text } = await client().management(path);
        assert.deepEqual([path, status, text], [path, 403, refusal(message)]);
      }
    });

    it("with bytes that are no UTF-8 are read with replacement characters", async () => {
      const { status, text } = await client().management("/models/%C3%28/all");
      assert.deepEqual([status, text], [404, errorBody(404, "ModelNotFoundException", "Model not found: \ufffd(")]);
    });

    it("may be empty in a path, which is a model that is not there", async () => {
      const { status, text } = await client().management("/models//all");
      assert.deepEqual([status, text], [404, errorBody(404, "ModelNotFoundException", "Model not found: ")]);
    });
  });
}
