import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { run } from "../command.ts";
import { requirePrograms } from "../debian.ts";
import { prepareDebian } from "./debian_root.ts";

/**
 * The image, built without a registry: what its Containerfile takes from one comes from a Debian that is here.
 *
 * @param release the folder that it is built in
 */
export function containerSuite(release: () => string, folder: () => string): void {
  describe("an image of the Containerfile", () => {
    const buildah = (...args: string[]) =>
      run("buildah", [
        "--storage-driver",
        "vfs",
        "--root",
        join(folder(), "storage"),
        "--runroot",
        join(folder(), "run"),
        ...args,
      ]);
    let image: string;

    before(async () => {
      await requirePrograms({ "/usr/bin/buildah": "buildah" });
      mkdirSync(folder(), { recursive: true });
      const debian = await prepareDebian();
      const base = (await buildah("from", "scratch")).trim();
      const folderOf = join(debian, "usr/lib/x86_64-linux-gnu");
      const libraries = readdirSync(folderOf).filter((name) =>
        /^(?:lib(?:c|m|dl|pthread|nss_\w+|resolv)|ld-\S+)\.so/.test(name)
      );
      await buildah(
        "copy",
        "--quiet",
        base,
        ...libraries.map((name) => join(folderOf, name)),
        "/lib/x86_64-linux-gnu/",
      );
      await buildah("copy", "--quiet", base, join(debian, "etc/nsswitch.conf"), "/etc/nsswitch.conf");
      await buildah("commit", "--quiet", base, "localhost/libraries");
      await buildah("rm", base);
      image = "localhost/torchserve-check";
      const args = ["--file", join(release(), "Containerfile"), "--build-arg", "LIBRARIES=localhost/libraries"];
      await buildah("build", "--quiet", "--pull-never", "--isolation", "chroot", ...args, "--tag", image, release());
    });

    it("runs the check as a user that is nobody, and has no shell", async () => {
      const container = (await buildah("from", "--pull-never", image)).trim();
      // Before it runs: what it runs with is put into it then.
      const root = (await buildah("mount", container)).trim();
      const programs = await run("find", [
        root,
        "-type",
        "f",
        "-perm",
        "/111",
        "-not",
        "-name",
        "*.so*",
        "-printf",
        "%P\\n",
      ]);
      assert.equal(programs, "usr/bin/torchserve-check\n");
      const program = ["run", "--isolation", "chroot", container, "--", "/usr/bin/torchserve-check"];
      assert.match(await buildah(...program, "--version"), /^\d+\.\d+\.\d+ \(commit /);
      assert.match(await buildah(...program, "demo"), /torchserve\.openmetrics\.health/);
      await assert.rejects(buildah("run", "--isolation", "chroot", container, "--", "/bin/sh", "-c", "true"));
      const config = JSON.parse(await buildah("inspect", "--type", "image", image));
      assert.equal(config.OCIv1.config.User, "65532:65532");
      assert.deepEqual(config.OCIv1.config.Entrypoint, ["/usr/bin/torchserve-check"]);
    });
  });
}
