import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readStateFile, stateFileName, writeStateFile } from "../../plugin/run/state_files.ts";

describe("state files", () => {
  let directory = "";
  const problems: string[] = [];
  const onProblem = (message: string) => void problems.push(message);
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "state-"));
  });
  after(() => rm(directory, { recursive: true }));

  it("come back as they were written, for their owner only, with nothing left beside them", async () => {
    await writeStateFile(directory, "torchserve:1", true, { a: [1, "ü"] }, onProblem);
    assert.deepEqual(await readStateFile(directory, "torchserve:1", true, onProblem), { a: [1, "ü"] });
    const [name, ...others] = await readdir(directory);
    assert.deepEqual(others, []);
    assert.equal((await stat(join(directory, name ?? ""))).mode & 0o777, 0o600);
    assert.deepEqual(problems, []);
  });

  it("are written one after the other when runs overlap", async () => {
    const states = Array.from({ length: 20 }, (_, i) => ({ i }));
    await Promise.all(states.map((state) => writeStateFile(directory, "overlap", true, state, onProblem)));
    assert.deepEqual(await readStateFile(directory, "overlap", true, onProblem), { i: 19 });
  });

  it("that are missing are a first run; those of others or of nobody are told", async () => {
    assert.equal(await readStateFile(directory, "new", true, onProblem), undefined);
    assert.deepEqual(problems, []);
    for (const text of ["", "{", '{"version":1,"key":"another","state":{}}', "null"]) {
      await writeFile(join(directory, "broken.json"), text);
      assert.equal(await readStateFile(directory, "broken", true, onProblem), undefined);
      assert.match(problems.pop() ?? "", /starting afresh/);
    }
  });

  it("tell why they cannot be written", async () => {
    await writeFile(join(directory, "file"), "");
    await writeStateFile(join(directory, "file"), "x", true, {}, onProblem);
    assert.match(problems.pop() ?? "", /cannot be kept .* set state_dir/);
  });

  it("say whose they are without the instance's text, which may hold secrets", async () => {
    const instance = '[{"inference_api_url":"http://h","password":"sesame"}]';
    await writeStateFile(directory, instance, false, { a: 1 }, onProblem);
    assert.deepEqual(await readStateFile(directory, instance, false, onProblem), { a: 1 });
    assert.doesNotMatch(await readFile(join(directory, stateFileName(instance, false)), "utf8"), /sesame|http/);
  });

  it("that are named pipes or larger than any of ours are not waited for", async () => {
    await writeFile(join(directory, "large.json"), "{");
    await truncate(join(directory, "large.json"), 2 ** 33);
    execFileSync("mkfifo", [join(directory, "pipe.json")]);
    for (const name of ["large", "pipe"]) {
      assert.equal(await readStateFile(directory, name, true, onProblem), undefined);
      assert.match(problems.pop() ?? "", /cannot be read, starting afresh: it (has 8589934592 bytes|is no file)/);
    }
  });

  it("have harmless names", () => {
    for (const key of ["../../etc/passwd", ".hidden", "a/b", "x".repeat(300), "ü"]) {
      assert.match(stateFileName(key, true), /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,130}\.json$/);
    }
    assert.notEqual(stateFileName("a/b", true), stateFileName("a_b", true));
    assert.equal(stateFileName("check.1", true), "check.1.json");
    assert.match(stateFileName("[{}]", false), /^instance-[0-9a-f]{64}\.json$/);
  });

  it("survive a state that does not change, without being written again", async () => {
    await writeStateFile(directory, "same", true, { a: 1 }, onProblem);
    const path = join(directory, "same.json");
    await chmod(path, 0o640);
    await writeStateFile(directory, "same", true, { a: 1 }, onProblem);
    assert.equal((await stat(path)).mode & 0o777, 0o640);
    await writeStateFile(directory, "same", true, { a: 2 }, onProblem);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.match(await readFile(path, "utf8"), /"a":2/);
  });
});
