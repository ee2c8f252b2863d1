/** Datagrams to a socket with a path, as an Agent has one; Python's sockets receive them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { BINARY, runPlugin } from "../support/plugin_process.ts";
import { requirePrograms } from "./debian.ts";

/** Prints each datagram as a line of hexadecimal digits; one word on stdin ends it. */
const RECEIVER = `
import select, socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print("ready", flush=True)
while True:
    ready, _, _ = select.select([server, sys.stdin], [], [])
    if server in ready: print(server.recv(1 << 16).hex(), flush=True)
    else: break
`;

describe("--to unix:///PATH", () => {
  let emulator: Emulator;
  let directory: string;
  before(async () => {
    await requirePrograms({ "/usr/bin/python3": "python3-minimal" });
    emulator = await startEmulator({ models: Array.from({ length: 30 }, (_, i) => ({ name: `model_${i}` })) });
    directory = await mkdtemp(join(tmpdir(), "dogstatsd-"));
  });
  after(async () => {
    await emulator.close();
    await rm(directory, { recursive: true });
  });

  const send = (path: string) =>
    runPlugin(BINARY, "", {
      args: [
        "--instance",
        `management_api_url: ${emulator.managementUrl}`,
        "--format",
        "dogstatsd",
        "--to",
        `unix://${path}`,
      ],
    });

  it("sends all lines whole, in datagrams of at most 8 KiB", async () => {
    const path = join(directory, "dsd.socket");
    const receiver = spawn("/usr/bin/python3", ["-c", RECEIVER, path], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, "ready");
    const { status, stdout, stderr } = await send(path);
    assert.deepEqual([status, stdout, stderr], [0, "", ""]);
    receiver.stdin.end("\n");
    const datagrams: string[] = [];
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      datagrams.push(new TextDecoder().decode(Uint8Array.fromHex(line.value)));
    }
    assert.ok(datagrams.length > 1);
    for (const datagram of datagrams) assert.ok(datagram.length <= 8_192 && datagram.endsWith("\n"));
    const all = datagrams.join("").split("\n");
    assert.equal(all.filter((line) => line.startsWith("torchserve.management_api.model.batch_size:")).length, 30);
    assert.ok(all.some((line) => line.startsWith("_sc|torchserve.management_api.health|0|")));
  });

  it("ends with 1 where nobody reads", async () => {
    const missing = await send(join(directory, "none"));
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /none cannot be written \(ENOENT\)/);
    const left = await send(join(directory, "dsd.socket"));
    assert.equal(left.status, 1);
    assert.match(left.stderr, /cannot be written \(ECONNREFUSED\)/);
  });
});
