import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { validateInstance } from "../../plugin/config/mod.ts";

const URL = "http://localhost:8082/metrics";

async function errorsOf(options: Record<string, unknown>): Promise<{ path: string; message: string }[]> {
  const { issues } = await validateInstance({ openmetrics_endpoint: URL, ...options }, undefined);
  return issues.filter(({ severity }) => severity !== "warning").map(({ path, message }) => ({ path, message }));
}

describe("what no request can carry is refused before one is sent", () => {
  for (const option of ["headers", "extra_headers"]) {
    it(`a wrong name in ${option}, which is not shown`, async () => {
      for (const name of ["Authorization: Bearer hunter2", "X hunter2", "hunter2\n", "Ü-hunter2", ""]) {
        const errors = await errorsOf({ [option]: { "X-Fine": 1, [name]: "v" } });
        assert.deepEqual(errors.map(({ path }) => path), [`instance.${option}`]);
        assert.match(errors[0]?.message ?? "", /^Found as number 2 a name that no header can have/);
        assert.equal(JSON.stringify(errors).includes("hunter2"), false);
      }
    });

    it(`a wrong value in ${option}, which is not shown`, async () => {
      for (const value of ["hunter2\r\nX-Injected: 1", "hunter2\0", "hunter2 \u{1F600}"]) {
        const errors = await errorsOf({ [option]: { "X-Wrong": value } });
        assert.match(errors[0]?.path ?? "", /X-Wrong/);
        assert.equal(JSON.stringify(errors).includes("hunter2"), false);
      }
    });

    it(`more than 256 fields in ${option}, which would hold up every run`, async () => {
      const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`X-${i}`, "v"]));
      assert.deepEqual(await errorsOf({ [option]: fields(256) }), []);
      assert.deepEqual(await errorsOf({ [option]: fields(49_000) }), [
        { path: `instance.${option}`, message: "Found 49000 headers; expected at most 256." },
      ]);
    });
  }

  it("an address that is too long, in each form", async () => {
    for (const filler of ["a", "%41", "../a/", "a?b=c&"]) {
      const openmetrics_endpoint = `http://localhost/${filler.repeat(9_000)}`;
      const [error] = await errorsOf({ openmetrics_endpoint });
      assert.equal(error?.path, "instance.openmetrics_endpoint");
      assert.match(error?.message ?? "", /characters: more than 8192; expected the address/);
    }
    assert.deepEqual(await errorsOf({ openmetrics_endpoint: `http://localhost/${"a".repeat(8_000)}` }), []);
  });
});
