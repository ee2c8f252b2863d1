import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { copyOf, layOut } from "./validators/layout.ts";
import { make, MISTAKES, type Validator } from "./validators/mistakes.ts";
import { startValidators, type Validators } from "./validators/validators.ts";

const ALL: readonly Validator[] = [
  "metadata",
  "service-checks",
  "dashboards",
  "readmes",
  "config",
  "saved-views",
  "manifest",
];

describe("Datadog's validators of integrations (ddev 20.1.0, datadog-checks-dev 40.0.1)", () => {
  let directory: string;
  let integration: string;
  let validators: Validators;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "torchserve-check-validators-"));
    integration = join(directory, "as-it-is");
    layOut(integration);
    validators = await startValidators();
  });

  after(() => {
    validators?.end();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const validator of ALL) {
    it(`find nothing: ${validator}`, async () => {
      const { status, output } = await validators.validate(integration, validator);
      assert.equal(status, 0, output);
      if (validator === "manifest") assert.match(output, /^9 validators$/);
    });
  }

  for (const [i, mistake] of MISTAKES.entries()) {
    it(`find a planted mistake: ${mistake.validator}, ${mistake.what}`, async () => {
      const spoiled = copyOf(integration, join(directory, `spoiled-${i}`));
      make(mistake, spoiled);
      const { status, output } = await validators.validate(spoiled, mistake.validator);
      assert.notEqual(status, 0, output);
      assert.match(output, mistake.said);
    });
  }

  it("have each a mistake to find", () => {
    assert.deepEqual([...new Set(MISTAKES.map(({ validator }) => validator))].sort(), [...ALL].sort());
  });
});
