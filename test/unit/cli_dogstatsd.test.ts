/** Datagrams as a socket gets them. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, it } from "node:test";
import { toDogstatsd } from "../../plugin/cli/dogstatsd_output.ts";
import { UsageError } from "../../plugin/cli/usage_error.ts";
import { OutputError } from "../../plugin/runtime/stdout.ts";

describe("--to", () => {
  it("sends whole lines over UDP, in datagrams that a packet carries", async () => {
    const server = createSocket("udp4");
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    const got: string[] = [];
    const text = Array.from({ length: 100 }, (_, i) => `torchserve.some.metric_${i}:${i}|g\n`).join("");
    const all = new Promise<void>((resolve) => {
      server.on("message", (message) => {
        got.push(message.toString());
        if (got.join("").length >= text.length) resolve();
      });
    });
    await toDogstatsd(`udp://127.0.0.1:${server.address().port}`)(text);
    await all;
    server.close();
    assert.equal(got.join(""), text);
    assert.ok(got.every((datagram) => datagram.length <= 1_432 && datagram.endsWith("\n")));
    assert.ok(got.length <= 3);
  });

  it("fails where no socket is", async () => {
    for (const address of ["unix:///nonexistent/dsd.socket", `unix:///${"x".repeat(200)}`, "udp://host.invalid:8125"]) {
      await assert.rejects(toDogstatsd(address)("a:1|c\n"), OutputError, address);
    }
  });

  it("shows an IPv6 address in brackets where it cannot send", async () => {
    const tooLong = `a:1|c|#${"x".repeat(70_000)}\n`;
    await assert.rejects(toDogstatsd("udp://[::1]:9")(tooLong), /^OutputError: udp:\/\/\[::1\]:9 cannot be written/);
  });

  it("refuses what is no address", () => {
    for (
      const address of ["localhost:8125", "udp://h", "udp://h:0", "udp://h:1/x", "unix://relative", "http://h:1", ""]
    ) {
      assert.throws(() => toDogstatsd(address), UsageError, address);
    }
  });
});
