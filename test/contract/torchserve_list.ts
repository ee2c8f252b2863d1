import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Client, type ModelList } from "./torchserve_client.ts";

/** How `GET /models` pages. */
export function listCases(client: () => Client): void {
  const list = (query = "") => client().json<ModelList>(`/models${query}`);
  const names = ({ models }: ModelList) => models.map(({ modelName }) => modelName);

  describe("the list of models", () => {
    it("names models and their archives, without a token when there are no more", async () => {
      const { text } = await client().management("/models");
      assert.equal(
        text,
        `{\n  "models": [\n    {\n      "modelName": "alpha",\n      "modelUrl": "alpha_v1.mar"\n    },\n` +
          `    {\n      "modelName": "beta",\n      "modelUrl": "beta.mar"\n    }\n  ]\n}\n`,
      );
      assert.equal((await client().management("/models/")).text, text);
    });

    it("puts the token first", async () => {
      const { text } = await client().management("/models?limit=1");
      assert.match(text, /^\{\n {2}"nextPageToken": "1",\n {2}"models": \[\n/);
    });

    it("takes the token as next_page_token, and ignores nextPageToken and other parameters", async () => {
      assert.deepEqual(names(await list("?limit=1&next_page_token=1")), ["beta"]);
      assert.deepEqual(names(await list("?limit=1&nextPageToken=1")), ["alpha"]);
      assert.deepEqual(names(await list("?limit=1&page=2&x")), ["alpha"]);
    });

    it("gives a token with a last page that is exactly full, and then an empty page", async () => {
      assert.equal((await list("?limit=2")).nextPageToken, "2");
      assert.deepEqual(await list("?limit=2&next_page_token=2"), { models: [] });
      assert.equal((await client().management("/models?limit=2&next_page_token=2")).text, '{\n  "models": []\n}\n');
      assert.deepEqual(await list("?next_page_token=50"), { models: [] });
    });

    it("gives the token 0 for ever with limit=0", async () => {
      assert.deepEqual(await list("?limit=0"), { nextPageToken: "0", models: [] });
      assert.deepEqual(await list("?limit=0&next_page_token=0"), { nextPageToken: "0", models: [] });
      assert.deepEqual(await list("?limit=0&next_page_token=1"), { nextPageToken: "1", models: [] });
    });

    it("takes a limit or a token that is no number, or negative, for none", async () => {
      for (const query of ["?limit=abc", "?limit=", "?limit=-1", "?limit=1.5", "?limit=99999999999", "?limit=%201"]) {
        assert.deepEqual(names(await list(query)), ["alpha", "beta"], query);
      }
      for (const query of ["?next_page_token=abc", "?next_page_token=-1", "?next_page_token="]) {
        assert.deepEqual(names(await list(query)), ["alpha", "beta"], query);
      }
    });

    it("takes the first of several values, a sign, and a semicolon between parameters", async () => {
      assert.deepEqual(names(await list("?limit=1&limit=2")), ["alpha"]);
      assert.deepEqual(names(await list("?limit=%2B1")), ["alpha"]);
      assert.deepEqual(names(await list("?limit=1;next_page_token=1")), ["beta"]);
      assert.deepEqual(names(await list("?&&limit=1")), ["alpha"]);
    });
  });

  describe("a list of 105 models", () => {
    const added = Array.from({ length: 103 }, (_, i) => `m_${i + 1}`);
    before(async () => {
      for (const name of added) assert.equal((await client().register("beta.mar", name)).status, 200);
    });
    after(async () => {
      for (const name of added) assert.equal((await client().unregister(name)).status, 200);
    });

    it("comes in pages of 100, whatever larger limit is asked for", async () => {
      for (const query of ["", "?limit=100", "?limit=101", "?limit=1000", "?limit=-5"]) {
        const page = await list(query);
        assert.deepEqual([page.models.length, page.nextPageToken], [100, "100"], query);
      }
      const last = await list("?limit=1000&next_page_token=100");
      assert.deepEqual([last.models.length, last.nextPageToken], [5, undefined]);
    });

    it("is sorted by character, not by number", async () => {
      const all = [...names(await list()), ...names(await list("?next_page_token=100"))];
      assert.deepEqual(all, ["alpha", "beta", ...added].sort());
      assert.deepEqual(all.slice(2, 6), ["m_1", "m_10", "m_100", "m_101"]);
    });

    it("has exactly one page of 35 at the end, with a token, when 35 divides it", async () => {
      const page = await list("?limit=35&next_page_token=70");
      assert.deepEqual([page.models.length, page.nextPageToken], [35, "105"]);
    });
  });
}
