import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Report } from "../../plugin/report/report.ts";
import { BINARY, type Plugin, PLUGINS } from "../support/plugin_process.ts";
import { CODING_FAULTS, CONTENT_FAULTS, JSON_FAULTS, LIST_FAULTS } from "./body_faults.ts";
import { type Canaries, plantCanaries } from "./canaries.ts";
import { ECHO_FAULTS } from "./echo_faults.ts";
import { Host, peakMiB } from "./host.ts";
import { type Fault, FLOOD_FAULTS, WIRE_FAULTS } from "./http_faults.ts";
import { goodBody, instanceOf, type Kind, KINDS } from "./kinds.ts";
import { answer, rawHttpServer, type TestServer } from "./servers.ts";
import { REDIRECT_FAULTS, STATUS_FAULTS } from "./status_faults.ts";

const CHEAP: Readonly<Record<string, Fault>> = {
  ...WIRE_FAULTS,
  ...STATUS_FAULTS,
  ...REDIRECT_FAULTS,
  ...JSON_FAULTS,
  ...ECHO_FAULTS,
};
/** One at a time: they keep a processor busy. The sources have one kind of instance each, the binary has all. */
const COSTLY: Readonly<Record<string, Fault>> = {
  ...FLOOD_FAULTS,
  ...LIST_FAULTS,
  ...CONTENT_FAULTS,
  ...CODING_FAULTS,
};
const kindsOf = (plugin: Plugin, name: string): readonly Kind[] => {
  const place = Object.keys(COSTLY).indexOf(name);
  if (place < 0 || plugin === BINARY) return KINDS;
  return name in LIST_FAULTS ? ["management"] : KINDS.slice(place % 3, place % 3 + 1);
};

/** Milliseconds that a run may take; on a machine that is busy with other tests, too. */
const TIMEOUT_MS = 2_500;
/** What a busy machine may take on top of it, in milliseconds: the bound tells a reply from a hang, nothing else. */
const BUSY_MS = 15_000;
/** Some of the floods last as long as the run; Deno's parser leaves little time to look at the clock. */
const FLOOD_TIMEOUT_MS: Readonly<Record<string, number>> = { Deno: TIMEOUT_MS, Bun: 1_200, binary: 1_200 };
const timeoutOf = (plugin: Plugin, name: string): number =>
  (name in FLOOD_FAULTS ? FLOOD_TIMEOUT_MS[plugin.name] : undefined) ?? TIMEOUT_MS;
const AT_ONCE = 12;
/** The bound of a body, in bytes. */
const MAX_RESPONSE_BYTES = 6_000_000;
/**
 * What a process may then take, in MiB. Five runs of this suite, two of them on a busy machine, took 244 to 357 for the
 * binary, 218 to 243 for Bun, 279 to 397 for Deno; how much differs, because the collectors choose when they collect.
 * That it is garbage, and does not grow, is shown in memory.test.ts.
 */
const MAX_MIB = 500;

interface Result {
  readonly report: Report;
  readonly ms: number;
  /** The report of the next run, on a good server. */
  readonly next: Report;
}

const endOf = ({ status, warnings, error }: Report): string =>
  status === "ok" ? "ok" : `${status}:${status === "partial" ? warnings[0]?.code : error?.code}`;
const endsOf = ({ ends }: Fault, kind: Kind): RegExp => ends instanceof RegExp ? ends : ends[kind];

for (const plugin of PLUGINS) {
  describe(`${plugin.name}, when the server`, () => {
    let server: TestServer;
    let canaries: Canaries;
    let host: Host;
    let states: string;
    const results = new Map<string, Result>();

    const run = async (name: string, kind: Kind, turn: number): Promise<void> => {
      const { userInfo, options } = canaries.options(kind, turn);
      const at = (path: string) =>
        instanceOf(kind, `http://${userInfo}127.0.0.1:${server.port}/${encodeURIComponent(path)}`);
      const more = { ...options, log_requests: true, max_response_bytes: MAX_RESPONSE_BYTES };
      const { report, ms } = await host.timedRun({
        instance: { ...at(name), ...more },
        timeout_ms: timeoutOf(plugin, name),
      });
      const next = await host.run({ instance: { ...at("good"), ...more }, timeout_ms: TIMEOUT_MS });
      results.set(`${name} ${kind}`, { report, ms, next });
    };

    before(async () => {
      const faults: Readonly<Record<string, Fault>> = { ...CHEAP, ...COSTLY };
      server = await rawHttpServer((socket, asked) => {
        const fault = faults[decodeURIComponent(asked.target.split("/")[1] ?? "")];
        // Whoever asks at the root wants to know what this is.
        if (fault !== undefined) fault.serve(socket, asked);
        else socket.end(asked.target.startsWith("/good/") ? answer(200, goodBody(asked.target)) : answer(404, "no"));
      });
      canaries = await plantCanaries();
      states = await mkdtemp(join(tmpdir(), "torchserve-check-states-"));
      host = new Host(plugin);
      await host.ask("initialize", { protocol_version: 1, state_dir: states });

      for (const kind of KINDS) await host.run({ instance: instanceOf(kind, `http://127.0.0.1:${server.port}/good`) });
      const waiting = Object.keys(CHEAP).flatMap((name, i) => KINDS.map((kind, j) => ({ name, kind, turn: i + j })));
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          await run(next.name, next.kind, next.turn);
        }
      }));
      let turn = 0;
      for (const name of Object.keys(COSTLY)) {
        await Promise.all(kindsOf(plugin, name).map((kind) => run(name, kind, turn++)));
        turn++;
      }
    });
    after(async () => {
      server.close();
      await host.finish();
      await canaries.close();
      await rm(states, { recursive: true });
    });

    for (const [name, fault] of Object.entries({ ...CHEAP, ...COSTLY })) {
      it(`${name}: answers in time, and serves the next run`, () => {
        for (const kind of kindsOf(plugin, name)) {
          const result = results.get(`${name} ${kind}`);
          assert.ok(result !== undefined, kind);
          const { report, ms, next } = result;
          assert.match(
            endOf(report),
            endsOf(fault, kind),
            `${kind}: ${report.error?.message ?? report.warnings[0]?.message}`,
          );
          assert.ok(ms < timeoutOf(plugin, name) + BUSY_MS, `${kind} took ${ms} ms`);
          assert.equal(next.status, "ok", JSON.stringify(next));
        }
      });
    }

    it("misbehaves in all these ways: memory stays bounded", () => {
      const peak = peakMiB(host.pid);
      assert.ok(peak < MAX_MIB, `${peak} MiB`);
    });

    it("misbehaves in all these ways: no secret is in stdout, stderr or the state", async () => {
      assert.equal(canaries.findIn(host.stdout), undefined);
      assert.equal(canaries.findIn(host.stderr), undefined);
      const files = await readdir(states);
      assert.ok(files.length > 0);
      for (const file of files) assert.equal(canaries.findIn(await readFile(join(states, file), "utf8")), undefined);
    });
  });
}
