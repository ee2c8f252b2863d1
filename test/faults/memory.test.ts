import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PLUGINS } from "../support/plugin_process.ts";
import { forgetPeak, Host, peakMiB } from "./host.ts";
import { goodBody, instanceOf, KINDS } from "./kinds.ts";
import { answer, rawHttpServer, type TestServer } from "./servers.ts";

const MB = 1_000_000;
/** Bodies that nobody keeps anything of, by the word that their path has: each of 5 MB. */
const BODIES: Readonly<Record<string, Uint8Array | string>> = {
  line: "a".repeat(5 * MB),
  label: `CPUUtilization{Level="${"x".repeat(5 * MB)}"} 1\n`,
  bytes: new Uint8Array(5 * MB).fill(0xff),
};
/** Until the collector has found its pace. */
const FIRST_ROUNDS = 3;
const MORE_ROUNDS = 10;
const RUNS_A_ROUND = Object.keys(BODIES).length * KINDS.length;
/** What the peak may then be above the one before, in MiB: were half of each body kept, it would be more. */
const MAX_GROWTH_MIB = 200;

for (const plugin of PLUGINS) {
  describe(`${plugin.name}, when a server sends large bodies again and again`, () => {
    let server: TestServer;
    let host: Host;

    before(async () => {
      server = await rawHttpServer((socket, { target }) => {
        const body = BODIES[target.split("/")[1] ?? ""];
        socket.end(answer(200, body ?? goodBody(target)));
      });
      host = new Host(plugin);
      await host.ask("initialize", { protocol_version: 1 });
    });
    after(async () => {
      server.close();
      await host.finish();
    });

    const round = async (): Promise<void> => {
      for (const name of Object.keys(BODIES)) {
        await Promise.all(
          KINDS.map((kind) =>
            host.run({ instance: instanceOf(kind, `http://127.0.0.1:${server.port}/${name}`), timeout_ms: 5_000 })
          ),
        );
      }
    };

    it(`takes no more memory after ${5 * RUNS_A_ROUND * MORE_ROUNDS} MB`, async () => {
      for (let i = 0; i < FIRST_ROUNDS; i++) await round();
      const before = peakMiB(host.pid);
      await forgetPeak(host.pid);
      for (let i = 0; i < MORE_ROUNDS; i++) await round();
      const afterwards = peakMiB(host.pid);
      assert.ok(afterwards < before + MAX_GROWTH_MIB, `${before} MiB, then ${afterwards} MiB`);
    });
  });
}
