import { readdirSync } from "node:fs";
import { describe } from "node:test";
import { goldenChecks } from "../support/golden_checks.ts";

/** Made by test/real/record_versions.ts. */
const versions = new URL("../golden/versions/", import.meta.url);

for (const version of readdirSync(versions)) {
  const folder = new URL(`${version}/`, versions);
  describe(`the report of answers of TorchServe ${version}`, () =>
    goldenChecks(new URL("cases/", folder), new URL("answers/", folder)));
}
