import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { monotonicMs, OutOfTimeError } from "../../plugin/runtime/bounds.ts";
import { readFileWithin, readTextWithin } from "../../plugin/runtime/read_file.ts";

const directory = mkdtempSync(join(tmpdir(), "read-file-"));
after(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string) => join(directory, name);
const soon = (ms = 60_000) => ({ deadlineMs: monotonicMs() + ms, maxBytes: 1_000 });
const pipe = (name: string) => {
  execFileSync("mkfifo", [at(name)]);
  return at(name);
};

describe("readFileWithin()", () => {
  it("reads a file as large as the bound, and none that is larger", async () => {
    writeFileSync(at("full"), "x".repeat(1_000));
    assert.equal((await readTextWithin(at("full"), soon())).length, 1_000);
    writeFileSync(at("large"), "x".repeat(1_001));
    await assert.rejects(readFileWithin(at("large"), soon()), { reason: "too_large", message: /has 1001 bytes/ });
  });

  it("reads what tells no size", async () => {
    assert.equal((await readFileWithin("/dev/null", soon())).bytes.length, 0);
    assert.match(await readTextWithin("/proc/self/cmdline", { ...soon(), maxBytes: 100_000 }), /./);
    await assert.rejects(readFileWithin("/dev/zero", soon()), { reason: "too_large", message: /more than 1000 bytes/ });
  });

  it("tells why a file cannot be read", async () => {
    await assert.rejects(readFileWithin(at("none"), soon()), { reason: "missing", code: "ENOENT" });
    await assert.rejects(readFileWithin(join(at("full"), "x"), soon()), { reason: "missing", code: "ENOTDIR" });
    await assert.rejects(readFileWithin(directory, soon()), { reason: "directory" });
  });

  it("reads a named pipe to the end that its writer makes, however late it comes", async () => {
    const path = pipe("late");
    const reading = readTextWithin(path, soon());
    await new Promise((resolve) => setTimeout(resolve, 40));
    const writer = await open(path, "w");
    await writer.write("sec");
    await new Promise((resolve) => setTimeout(resolve, 40));
    await writer.write("ret");
    await writer.close();
    assert.equal(await reading, "secret");
  });

  it("gives a pipe that nobody writes to up at the deadline, and at once when it is cancelled", async () => {
    const path = pipe("silent");
    await assert.rejects(readFileWithin(path, soon(50)), (thrown) => {
      return thrown instanceof OutOfTimeError && thrown.why === "deadline";
    });
    const controller = new AbortController();
    const reading = readFileWithin(path, { ...soon(), signal: controller.signal });
    controller.abort();
    await assert.rejects(reading, (thrown) => thrown instanceof OutOfTimeError && thrown.why === "cancelled");
  });
});
