import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { OPTIONS } from "../../plugin/config/options.ts";

/** These are TorchServe's, not HTTP's: they have pages of their own. */
const OTHERS = ["token_key_file", "token_renew", "token_api_url", "extended_metrics"];

describe("docs/http.md", () => {
  const rows = readFileSync(new URL("../../docs/http.md", import.meta.url), "utf8").split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| option"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));

  it("has a row for every HTTP option", () => {
    const first = rows.map(([option]) => option).join("\n");
    const names = Object.entries(OPTIONS).filter(([, { group }]) => group === "http").map(([name]) => name);
    for (const name of names.filter((name) => !OTHERS.includes(name))) {
      const found = first.includes(`\`${name}`) || (name.startsWith("kerberos_") && first.includes("`kerberos_*`")) ||
        (name.startsWith("aws_") && first.includes(`\`${name.slice(3)}\``));
      assert.ok(found, name);
    }
  });

  it("leaves no cell empty", () => {
    for (const row of rows) {
      assert.equal(row.length, 4, row.join("|"));
      assert.ok(row.every((cell) => cell !== ""), row.join("|"));
    }
  });
});
