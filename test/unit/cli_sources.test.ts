import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readSource } from "../../plugin/cli/sources.ts";
import { UsageError } from "../../plugin/cli/usage_error.ts";

const CONFIG = "inference_api_url: http://ts:8080\n";

describe("readSource()", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "sources-"));
  });
  after(() => rm(directory, { recursive: true }));

  const refused = (source: string, pattern: RegExp) =>
    assert.rejects(readSource(source), (thrown) => {
      assert.ok(thrown instanceof UsageError, String(thrown));
      assert.match(thrown.message, pattern);
      return true;
    });

  it("reads a file, a link to it, and one that starts with a byte order mark", async () => {
    const file = join(directory, "conf.yaml");
    await writeFile(file, `\ufeff${CONFIG}`);
    await symlink(file, join(directory, "link"));
    for (const path of [file, join(directory, "link")]) {
      const { ok, origin, instances } = await readSource(path);
      assert.deepEqual([ok, origin, instances.length], [true, path, 1]);
    }
  });

  it("reads a named pipe until its writer closes it, whoever comes first", async () => {
    const pipe = join(directory, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reading = readSource(pipe);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await writeFile(pipe, CONFIG);
    assert.equal((await reading).instances.length, 1);
  });

  it("refuses what never ends and what is too large, and says so", async () => {
    await refused("/dev/zero", /\/dev\/zero has more than 4194304 bytes/);
    const large = join(directory, "large.yaml");
    await writeFile(large, "#".repeat(4 * 1024 * 1024 + 1));
    await refused(large, /large\.yaml has 4194305 bytes; at most/);
  });

  it("says of a directory what it is, and of a file that is not there that it is not", async () => {
    await refused(directory, /is a directory/);
    await refused(join(directory, "missing.yaml"), /there is no such file/);
    await refused("", /an empty text is no configuration/);
  });

  it("fills the variables of a compose file's labels", async () => {
    const compose = join(directory, "compose.yaml");
    await writeFile(
      compose,
      `services: {ts: {labels: {com.datadoghq.ad.checks: '{"torchserve": {"instances": [{"inference_api_url": ` +
        `"http://%%host%%:%%port%%"}]}}'}}}`,
    );
    const { instances } = await readSource(compose, { host: "::1", port: 8080 });
    assert.deepEqual(instances.map(({ result }) => result.ok && result.config.url), ["http://[::1]:8080"]);
    assert.deepEqual([(await readSource(compose)).ok, (await readSource(compose, {}, "discovered")).ok], [false, true]);
  });

  it("takes YAML and JSON as they are", async () => {
    assert.equal((await readSource(CONFIG)).ok, true);
    assert.equal((await readSource('{"inference_api_url": "http://ts:8080"}')).ok, true);
  });
});
