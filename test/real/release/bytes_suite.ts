import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compile } from "../../../scripts/release/compile.ts";
import { TARGETS } from "../../../scripts/release/targets.ts";
import { run } from "../command.ts";
import { requirePrograms } from "../debian.ts";
import { buildRelease, COMMIT } from "./build_release.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The digests of a release, by file. */
const digests = (folder: string) => readFileSync(join(folder, "SHA256SUMS"), "utf8").trim().split("\n");

/**
 * That a release is what it says.
 *
 * @param release a draft for linux-x64
 * @param all executables for all platforms
 */
export function bytesSuite(release: () => string, all: () => string, folder: () => string): void {
  describe("the bytes of a release", () => {
    const copy = () => join(folder(), "elsewhere");

    before(async () => {
      await requirePrograms({ "/usr/bin/file": "file", "/usr/bin/readelf": "binutils" });
      const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
        cwd: ROOT,
        encoding: "utf8",
      });
      for (const path of listed.stdout.split("\0").filter((path) => path !== "")) {
        mkdirSync(dirname(join(copy(), path)), { recursive: true });
        cpSync(join(ROOT, path), join(copy(), path));
      }
      mkdirSync(join(ROOT, ".cache"), { recursive: true });
      symlinkSync(join(ROOT, ".cache"), join(copy(), ".cache"));
      const install = ["install", "--quiet", "--frozen", "--allow-scripts=npm:bun"];
      const { status, stderr } = spawnSync(Deno.execPath(), install, { cwd: copy(), encoding: "utf8" });
      assert.equal(status, 0, stderr);
    });

    it("are the same when another folder has the same files", async () => {
      const [draft, executables] = [join(folder(), "draft-2"), join(folder(), "executables-2")];
      await buildRelease(copy(), draft, "--draft", "--only", "linux-x64");
      await buildRelease(copy(), executables, "--executables");
      assert.deepEqual(digests(draft), digests(release()));
      assert.deepEqual(digests(executables), digests(all()));
      assert.equal(digests(all()).length, TARGETS.length + 1);
    });

    it("are in linux-x64 those of deno task build, on which the other suites run", async () => {
      const output = join(folder(), "built", "torchserve-check");
      mkdirSync(dirname(output));
      await compile({
        root: pathToFileURL(ROOT),
        output: pathToFileURL(output),
        commit: COMMIT.TORCHSERVE_CHECK_COMMIT,
      });
      assert.ok(readFileSync(output).equals(readFileSync(join(release(), "bin/linux-x64/torchserve-check"))));
    });

    it("hold what checksums, archives and other programs say of them", async () => {
      await run("sh", ["-ec", 'cd "$1"; sha256sum --check --quiet SHA256SUMS', "sh", release()]);
      const said = async (name: string, file: string) => await run("file", ["-b", join(all(), "bin", name, file)]);
      for (const { name, executable, npm } of TARGETS) {
        const [x64, arm64] = npm.os === "linux" ? [/x86-64/, /aarch64/] : [/x86[-_]64/, /arm64/];
        assert.match(await said(name, executable), npm.cpu === "x64" ? x64 : arm64, name);
      }
      for (const name of TARGETS.filter(({ npm }) => npm.os === "linux").map(({ name }) => name)) {
        const dynamic = await run("readelf", ["-dl", join(all(), "bin", name, "torchserve-check")]);
        const interpreter = name.endsWith("musl") ? /\/lib\/ld-musl-/ : /\/ld-linux-/;
        assert.match(dynamic, interpreter, name);
        assert.match(dynamic, name.endsWith("musl") ? /NEEDED.*libc\.musl-/ : /NEEDED.*libc\.so\.6/, name);
      }
      const table = readFileSync(join(all(), "executables.md"), "utf8");
      assert.equal(table.match(/built, not run/g)?.length, TARGETS.length - 1);
      assert.equal(table.match(/ad hoc, \d+ pages/g)?.length, 2);
    });
  });
}
