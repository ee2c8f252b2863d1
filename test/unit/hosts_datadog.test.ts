import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ENDPOINTS } from "../../plugin/config/types.ts";
import { PROTOCOL_VERSION } from "../../plugin/protocol/params.ts";
import { VERSION } from "../../plugin/version.ts";

describe("the Datadog Agent's shim says itself what the program says", () => {
  const source = readFileSync(new URL("../../plugin/hosts/datadog/torchserve_check.py", import.meta.url), "utf8");
  const constant = (name: string) => new RegExp(`^${name} = (.*)$`, "m").exec(source)?.[1];

  it("its version, and that of the protocol", () => {
    assert.equal(constant("__version__"), `'${VERSION}'`);
    assert.equal(constant("PROTOCOL_VERSION"), `${PROTOCOL_VERSION}`);
  });

  it("the options of which one names what an instance watches", () => {
    assert.equal(constant("ENDPOINT_OPTIONS"), `(${ENDPOINTS.map(([key]) => `'${key}'`).join(", ")})`);
  });
});
