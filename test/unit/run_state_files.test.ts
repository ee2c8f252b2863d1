import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Instance } from "../../plugin/run/instance.ts";
import { StateDirectory } from "../../plugin/run/state_directory.ts";
import { stateFileName } from "../../plugin/run/state_files.ts";
import type { State } from "../../plugin/report/report.ts";
import { monotonicMs } from "../../plugin/runtime/bounds.ts";

const far = () => ({ deadlineMs: monotonicMs() + 60_000 });
const named = (key: string) => new Instance(key, true, undefined);

describe("a state directory", () => {
  let path = "";
  let states: StateDirectory;
  const problems: string[] = [];
  const onProblem = (message: string) => void problems.push(message);
  before(async () => {
    path = await mkdtemp(join(tmpdir(), "state-"));
    states = new StateDirectory(path);
  });
  after(() => rm(path, { recursive: true }));
  const write = (instance: Instance, state: State) => states.write(instance, state, far(), onProblem);
  const read = (key: string) => states.read(named(key), far(), onProblem);

  it("gives states back as they were written, for their owner only, with nothing left beside them", async () => {
    await write(named("torchserve:1"), { a: [1, "ü"] });
    assert.deepEqual(await read("torchserve:1"), { a: [1, "ü"] });
    const [name, ...others] = await readdir(path);
    assert.deepEqual(others, []);
    assert.equal((await stat(join(path, name ?? ""))).mode & 0o777, 0o600);
    assert.deepEqual(problems, []);
  });

  it("keeps the last state when runs overlap", async () => {
    const instance = named("overlap");
    await Promise.all(Array.from({ length: 20 }, (_, i) => write(instance, { i })));
    assert.deepEqual(await read("overlap"), { i: 19 });
  });

  it("takes a file that is missing for a first run, and tells those of others or of nobody", async () => {
    assert.equal(await read("new"), undefined);
    assert.deepEqual(problems, []);
    for (const text of ["", "{", '{"version":1,"key":"another","state":{}}', "null"]) {
      await writeFile(join(path, "broken.json"), text);
      assert.equal(await read("broken"), undefined);
      assert.match(problems.pop() ?? "", /starting afresh/);
    }
  });

  it("tells why a state cannot be written", async () => {
    await writeFile(join(path, "file"), "");
    await new StateDirectory(join(path, "file")).write(named("x"), {}, far(), onProblem);
    assert.match(problems.pop() ?? "", /cannot be kept .* set state_dir/);
  });

  it("says whose a file is without the instance's text, which may hold secrets", async () => {
    const instance = new Instance('[{"inference_api_url":"http://h","password":"sesame"}]', false, undefined);
    await write(instance, { a: 1 });
    assert.deepEqual(await states.read(instance, far(), onProblem), { a: 1 });
    assert.doesNotMatch(await readFile(join(path, stateFileName(instance)), "utf8"), /sesame|http/);
  });

  it("does not wait for named pipes, nor read what is larger than any of ours", async () => {
    await writeFile(join(path, "large.json"), "{");
    await truncate(join(path, "large.json"), 2 ** 33);
    execFileSync("mkfifo", [join(path, "pipe.json")]);
    for (const name of ["large", "pipe"]) {
      assert.equal(await read(name), undefined);
      assert.match(problems.pop() ?? "", /(has 8589934592 bytes; at most \d+ are read|is no file): starting afresh/);
    }
  });

  it("gives its files harmless names", () => {
    const name = (key: string) => stateFileName({ key, isCheckId: true });
    for (const key of ["../../etc/passwd", ".hidden", "a/b", "x".repeat(300), "ü"]) {
      assert.match(name(key), /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,130}\.json$/);
    }
    assert.notEqual(name("a/b"), name("a_b"));
    assert.equal(name("check.1"), "check.1.json");
    assert.match(stateFileName({ key: "[{}]", isCheckId: false }), /^instance-[0-9a-f]{64}\.json$/);
  });

  it("does not write a state again that did not change", async () => {
    const instance = named("same");
    await write(instance, { a: 1 });
    const file = join(path, "same.json");
    await chmod(file, 0o640);
    await write(instance, { a: 1 });
    assert.equal((await stat(file)).mode & 0o777, 0o640);
    await write(instance, { a: 2 });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match(await readFile(file, "utf8"), /"a":2/);
  });

  it("removes the temporary files that its own killed processes left, and none of other programs", async () => {
    const shared = await mkdtemp(join(tmpdir(), "state-shared-"));
    const uuid = "01234567-89ab-4def-8123-456789abcdef";
    const ours = `.torchserve-check-4242-${uuid}.tmp`;
    const others = [
      "editor.tmp",
      "build.json.tmp",
      `download.json.77-${uuid}.tmp`,
      `.torchserve-check-4242-${uuid}.tmp.bak`,
      ".torchserve-check-.tmp",
    ];
    for (const name of [ours, ...others]) {
      await writeFile(join(shared, name), "x");
      await utimes(join(shared, name), 1_000_000, 1_000_000);
    }
    const young = `.torchserve-check-4243-${uuid}.tmp`;
    await writeFile(join(shared, young), "x");
    await utimes(join(shared, young), Date.now() / 1_000, Date.now() / 1_000);
    await new StateDirectory(shared).write(named("sweep"), { a: 1 }, far(), onProblem);
    assert.deepEqual((await readdir(shared)).sort(), ["sweep.json", young, ...others].sort());
    await rm(shared, { recursive: true });
  });
});
