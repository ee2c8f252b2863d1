import assert from "node:assert/strict";
import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EFFORTS } from "../../scripts/release/format/compress.ts";
import { sbom } from "../../scripts/release/sbom.ts";
import { TARGETS } from "../../scripts/release/targets.ts";
import * as browser from "../../scripts/release/openmetrics/browser_buffer.js";

const ROOT = new URL("../../", import.meta.url);
const release = {
  root: ROOT,
  version: "1.2.3",
  commit: { id: "0123456789ab", date: 1_767_323_046 },
  effort: EFFORTS.draft,
};

describe("what is inside a release", () => {
  it("the SBOM names every package that executables have, with its digest, and nothing twice", async () => {
    const { file, content } = await sbom(release, TARGETS);
    const { components, dependencies, metadata } = JSON.parse(new TextDecoder().decode(content));
    assert.equal(file, "torchserve-check-1.2.3.cdx.json");
    assert.equal(metadata.timestamp, "2026-01-02T03:04:06Z");
    const refs: string[] = components.map((component: { "bom-ref": string }) => component["bom-ref"]);
    assert.equal(new Set(refs).size, refs.length);
    for (const name of ["valibot", "commander", "hono", "yaml", "re2js", "bun", "%40oven/bun-darwin-aarch64"]) {
      assert.equal(refs.filter((ref) => ref.startsWith(`pkg:npm/${name}@`)).length, 1, name);
    }
    // What only tests and types import is not inside.
    assert.deepEqual(refs.filter((ref) => /fast-check|types/.test(ref)), []);
    for (const { hashes, name } of components) {
      assert.ok(name === "bun" || /^[0-9a-f]{128}$/.test(hashes[0].content), name);
    }
    const known = new Set([...refs, metadata.component["bom-ref"]]);
    for (const { ref, dependsOn } of dependencies) {
      for (const each of [ref, ...dependsOn]) assert.ok(known.has(each), each);
    }
    assert.deepEqual((await sbom(release, TARGETS)).content, content);
  });

  it("the launcher of the npm package knows every platform", () => {
    const source = readFileSync(new URL("scripts/release/npm/launcher.js", ROOT), "utf8");
    const [, table = ""] = /const PACKAGES = (\{[^}]+\})/.exec(source) ?? [];
    const known = Object.fromEntries([...table.matchAll(/"(.+)": "(.+)"/g)].map(([, key, name]) => [key, name]));
    const wanted = TARGETS.map(({ name, npm }) => [[npm.os, npm.cpu, npm.libc].filter(Boolean).join(" "), name]);
    assert.deepEqual(known, Object.fromEntries(wanted));
  });

  it("in a browser, openmetrics-ts reads bytes as Node.js does", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: "grapheme" }).map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(fc.property(bytes, fc.nat(40), fc.nat(40), (all, start, length) => {
      assert.equal(browser.isAscii(all), isAscii(all));
      assert.equal(browser.isUtf8(all), isUtf8(all));
      const node = Buffer.from(all.buffer, all.byteOffset, all.byteLength);
      const other = browser.Buffer.from(all.buffer, all.byteOffset, all.byteLength) as unknown as Buffer;
      for (const encoding of ["latin1", "utf8"] as const) {
        assert.equal(other.toString(encoding, start, start + length), node.toString(encoding, start, start + length));
      }
    }));
    assert.deepEqual([...browser.Buffer.from("é\u{1f600}") as Uint8Array], [...Buffer.from("é\u{1f600}")]);
  });
});
