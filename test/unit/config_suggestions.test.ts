import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfig } from "../../plugin/config/mod.ts";

const file = (option: string) => `instances:\n  - management_api_url: http://localhost:8081\n    ${option}\n`;

describe("a suggestion, put in the place of what was found, validates", () => {
  const cases:
    readonly (readonly [name: string, written: string, suggestion: string, text: (value: string) => string])[] = [
      ["a wildcard of the shell", "*", ".*", (value) => file(`include: ['${value}']`)],
      ["a wildcard before a name", "*_v2", ".*_v2", (value) => file(`include: ['${value}']`)],
      ["a TLS version to come", "TLSv1.4", "TLSv1.3", (value) => file(`tls_protocols_allowed: [${value}]`)],
      ["a TLS version in small letters", "tlsv1.9", "TLSv1.3", (value) => file(`tls_protocols_allowed: [${value}]`)],
      [
        "a scheme without its colon",
        "http//localhost:8080",
        "http://localhost:8080",
        (value) => `instances:\n  - inference_api_url: ${value}\n`,
      ],
      [
        "https with one slash stays https",
        "https:/localhost:8080",
        "https://localhost:8080",
        (value) => `instances:\n  - inference_api_url: ${value}\n`,
      ],
      [
        "the list's name without its s",
        "instance",
        "instances",
        (value) => `${value}:\n  - inference_api_url: http://localhost:8080\n`,
      ],
    ];
  for (const [name, written, suggestion, text] of cases) {
    it(name, async () => {
      const before = await readConfig(text(written), "conf.yaml");
      assert.equal(before.ok, false);
      assert.ok(before.issues.some((issue) => issue.suggestion === suggestion), JSON.stringify(before.issues));
      const after = await readConfig(text(suggestion), "conf.yaml");
      assert.deepEqual({ ok: after.ok, issues: after.issues }, { ok: true, issues: [] });
    });
  }
});
