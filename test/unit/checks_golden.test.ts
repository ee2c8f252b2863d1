import { existsSync } from "node:fs";
import { describe } from "node:test";
import { goldenChecks } from "../support/golden_checks.ts";

const fixtures = new URL("../../../shared/fixtures/torchserve-0.12.0/", import.meta.url);

describe("the report of recorded answers", {
  skip: !existsSync(fixtures) && "shared/fixtures is not beside this project",
}, () => goldenChecks(new URL("../golden/checks/", import.meta.url), fixtures));
