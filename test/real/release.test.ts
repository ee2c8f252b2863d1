/** A release as people get it: built, looked at, installed on machines that have nothing of ours, run and removed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";
import { requirePrograms } from "./debian.ts";
import { buildRelease } from "./release/build_release.ts";
import { bytesSuite } from "./release/bytes_suite.ts";
import { containerSuite } from "./release/container_suite.ts";
import { openmetricsSuite } from "./release/openmetrics_suite.ts";
import { packagesSuite } from "./release/packages_suite.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("a release", () => {
  let folder: string;
  const inFolder = (name: string) => () => join(folder, name);
  const [draft, executables] = [inFolder("draft"), inFolder("executables")];

  before(async () => {
    await requirePrograms({ "/usr/bin/xz": "xz-utils" });
    folder = mkdtempSync(join(tmpdir(), "release-"));
    await buildRelease(ROOT, draft(), "--draft", "--only", "linux-x64");
    await buildRelease(ROOT, executables(), "--executables");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  packagesSuite(draft, inFolder("machine"));
  containerSuite(draft, inFolder("container"));
  openmetricsSuite(draft, inFolder("openmetrics"));
  bytesSuite(draft, executables, () => folder);
});
