import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { until } from "../contract/http_servers.ts";
import { BINARY, PluginProcess, runPlugin } from "../support/plugin_process.ts";

describe("torchserve-check preview", () => {
  let folder: string;
  before(async () => folder = await mkdtemp(join(tmpdir(), "preview-")));
  after(async () => await rm(folder, { recursive: true }));

  it("serves its page and frames until it is ended, and leaves nothing", async () => {
    const running = new PluginProcess(BINARY, { args: ["preview", "--demo"], env: { TMPDIR: folder } });
    for (let i = 0; i < 100 && !running.stderr.includes("Ctrl-C"); i++) {
      await until(() => running.stderr.includes("Ctrl-C"));
    }
    const [, url = ""] = /^(http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{48}\/)\n$/.exec(running.stdout) ?? [];
    const page = await (await fetch(url)).text();
    assert.match(page, /^<!doctype html>/);
    const reader = (await fetch(`${url}stream`)).body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.endsWith("\n\n")) text += (await reader?.read())?.value ?? "\n\n";
    assert.equal(JSON.parse(text.slice("data: ".length)).targets.length, 3);
    assert.equal((await fetch(new URL("/", url))).status, 404);
    running.signal("SIGTERM");
    const { status, stderr } = await running.ended;
    assert.equal(status, 0, stderr);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.deepEqual(await readdir(folder), []);
  });

  it("writes a page of what it saw of a target that is down, which names no token", async () => {
    const path = join(folder, "incident.html");
    const source = '{"instances": [{"inference_api_url": "http://user:pa55word@127.0.0.1:1"}]}';
    const { status, stderr } = await runPlugin(BINARY, "", {
      args: ["preview", source, "--export", path, "--for", "2", "--interval", "1"],
    });
    assert.equal(status, 0, stderr);
    const page = await readFile(path, "utf8");
    assert.ok(
      page.includes('"status":"error"') && page.includes("ECONNREFUSED"),
      "the page does not tell what is wrong",
    );
    assert.ok(!page.includes("pa55word"), "the page has the password");
    await rm(path);
  });

  for (
    const [args, said] of [
      [["preview", "--demo", "conf.yaml"], /--demo brings a TorchServe of its own/],
      [["preview", "instances: []"], /has no instances to run/],
      [["preview", "--demo", "--export", "/nonexistent/x.html", "--for", "1"], /cannot be written/],
      [["preview", "--demo", "--interval", "0.5"], /expected a whole number/],
    ] as const
  ) {
    it(`refuses ${args.join(" ")}`, async () => {
      const { status, stdout, stderr } = await runPlugin(BINARY, "", { args: [...args] });
      assert.notEqual(status, 0);
      assert.equal(stdout, "");
      assert.match(stderr, said);
    });
  }
});
