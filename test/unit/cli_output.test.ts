import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { toFile } from "../../plugin/cli/output.ts";
import { OutputError } from "../../plugin/runtime/stdout.ts";

describe("--output", () => {
  let directory = "";
  const at = (name: string) => join(directory, name);
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "output-"));
  });
  after(() => rm(directory, { recursive: true }));

  it("makes a file that everybody may read, and has the last round in it, with nothing beside it", async () => {
    const write = toFile(at("torchserve.prom"));
    await write("one\n");
    assert.equal((await stat(at("torchserve.prom"))).mode & 0o777, 0o644);
    await write("two\n");
    assert.equal(await readFile(at("torchserve.prom"), "utf8"), "two\n");
    assert.deepEqual(await readdir(directory), ["torchserve.prom"]);
  });

  it("keeps the mode of a file that is there, and follows a link to it", async () => {
    await writeFile(at("private"), "old");
    await chmod(at("private"), 0o600);
    await symlink(at("private"), at("link"));
    await toFile(at("link"))("new");
    assert.equal(await readFile(at("private"), "utf8"), "new");
    assert.equal((await stat(at("private"))).mode & 0o777, 0o600);
  });

  it("fails where it cannot write, and leaves what is there", async () => {
    await mkdir(at("folder"));
    for (
      const [path, reason] of [[at("folder"), "no regular file"], [
        at("none/x"),
        "ENOENT: there is no such directory",
      ]] as const
    ) {
      await assert.rejects(toFile(path)("text"), (thrown: unknown) => {
        assert.ok(thrown instanceof OutputError);
        assert.equal(thrown.message, `${path} cannot be written (${reason})`);
        return true;
      });
    }
    assert.deepEqual(await readdir(at("folder")), []);
  });
});
