import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type Cursor, type Followed, followLog, type FollowRun } from "../../plugin/metrics_log/mod.ts";
import { OutOfTimeError } from "../../plugin/runtime/bounds.ts";
import { FollowedDirectory, line, LINE_SECONDS, requests } from "./metrics_log_support.ts";

const LOG = "ts_metrics.log";

/** Renames the log, as log4j does, with a time of its own: tests rotate faster than the clock of a file system ticks. */
function rotate(log: FollowedDirectory, to: string, secondsAgo = 10): void {
  renameSync(log.path(), log.path(to));
  age(log, to, secondsAgo);
}

function age(log: FollowedDirectory, name: string, secondsAgo: number): void {
  const seconds = LINE_SECONDS - secondsAgo;
  utimesSync(log.path(name), seconds, seconds);
}

/** Compresses a rotated file and deletes it, as log4j does. */
function compress(log: FollowedDirectory, name: string, secondsAgo = 10): void {
  writeFileSync(log.path(`${name}.gz`), gzipSync(readFileSync(log.path(name))));
  rmSync(log.path(name));
  age(log, `${name}.gz`, secondsAgo);
}

describe("a log that grows", () => {
  it("counts each line once, across runs with the state as JSON", async () => {
    const log = new FollowedDirectory().append(requests() + requests(2));
    assert.equal(await log.requests(), 3);
    assert.equal(await log.requests(), 0);
    log.append(requests(5));
    assert.equal(await log.requests(), 5);
  });

  it("leaves a line that is half written for the next run", async () => {
    const whole = requests(4);
    const log = new FollowedDirectory().append(requests() + whole.slice(0, 30));
    assert.equal(await log.requests(), 1);
    log.append(whole.slice(30));
    assert.equal(await log.requests(), 4);
  });

  it("gives the same total however the writing falls on runs, rotations and truncations by copy", async () => {
    const bytes = new TextEncoder().encode(Array.from({ length: 30 }, (_, i) => line("Requests2XX.Count", i)).join(""));
    const step = fc.tuple(fc.nat(400), fc.constantFrom("run", "run", "rotate", "compress", "copy"));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const log = new FollowedDirectory().append("");
        let secondsAgo = 100;
        const count = async () => {
          log.nowMs = 1_000 * (LINE_SECONDS - --secondsAgo);
          return await log.requests() ?? 0;
        };
        let total = await count();
        let at = 0;
        for (const [size, what] of [...steps, [bytes.length, "run"] as const, [0, "run"] as const]) {
          log.append(bytes.subarray(at, at + size));
          at += size;
          if (what === "run") {
            total += await count();
            continue;
          }
          // Loggers rotate between lines.
          while (at < bytes.length && at > 0 && bytes[at - 1] !== 10) log.append(bytes.subarray(at, ++at));
          const name = `ts_metrics.${--secondsAgo}.log`;
          if (what === "copy") {
            // A copy of a file that was empty when it was seen last has nothing to be recognised by.
            total += await count();
            copyFileSync(log.path(), log.path(name));
            age(log, name, secondsAgo);
            truncateSync(log.path());
          } else {
            rotate(log, name, secondsAgo);
            if (what === "compress") compress(log, name, secondsAgo);
            log.append("");
          }
        }
        assert.equal(total, 435);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a log that is rotated", () => {
  it("reads the rest of the renamed file first, then the new one", async () => {
    const log = new FollowedDirectory().append(requests());
    assert.equal(await log.requests(), 1);
    log.append(requests(10));
    rotate(log, "ts_metrics.23-Nov.log");
    log.append(requests(100));
    assert.equal(await log.requests(), 110);
    assert.equal(await log.requests(), 0);
  });

  it("finds it compressed, as log4j leaves it", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    log.append(requests(10));
    rotate(log, "ts_metrics.23-Nov.log");
    compress(log, "ts_metrics.23-Nov.log");
    log.append(requests(100));
    assert.equal(await log.requests(), 110);
  });

  it("does not count a file twice that is being compressed", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    log.append(requests(10));
    rotate(log, "ts_metrics.23-Nov.log");
    const compressed = gzipSync(readFileSync(log.path("ts_metrics.23-Nov.log")));
    writeFileSync(log.path("ts_metrics.23-Nov.log.gz"), compressed.subarray(0, 60));
    log.append(requests(100));
    assert.equal(await log.requests(), 110);
  });

  it("waits for a compression to end when only its unfinished result is to be found", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    log.append(requests(10));
    rotate(log, "ts_metrics.23-Nov.log");
    const compressed = gzipSync(readFileSync(log.path("ts_metrics.23-Nov.log")));
    rmSync(log.path("ts_metrics.23-Nov.log"));
    writeFileSync(log.path("ts_metrics.23-Nov.log.gz"), compressed.subarray(0, 30));
    log.append(requests(100));
    const [count] = await Promise.all([
      log.requests(),
      setTimeout(40).then(() => writeFileSync(log.path("ts_metrics.23-Nov.log.gz"), compressed)),
    ]);
    assert.equal(count, 110);
  });

  it("reads all files of several rotations in their order, and none from before", async () => {
    const log = new FollowedDirectory();
    writeFileSync(log.path("ts_metrics.01-Nov.log.gz"), gzipSync(requests(1_000)));
    age(log, "ts_metrics.01-Nov.log.gz", 500);
    log.append(requests() + line("CPUUtilization.Percent", 1));
    await log.run();
    log.append(requests(10));
    rotate(log, "ts_metrics.22-Nov.log", 30);
    compress(log, "ts_metrics.22-Nov.log", 30);
    log.append(requests(20) + line("CPUUtilization.Percent", 2));
    rotate(log, "ts_metrics.23-Nov.log", 20);
    log.append(requests(30));
    const { metrics } = await log.run();
    const value = (name: string) => metrics.find((metric) => metric.name === `ns.${name}`)?.value;
    assert.equal(value("requests.2xx.count"), 60);
    assert.equal(value("cpu.utilization"), 2);
  });

  it("reads to the end of a file that was moved away before there is a new one", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    log.append(requests(10));
    rotate(log, `${LOG}.1`);
    assert.equal(await log.requests(), 10);
    log.append(requests(100));
    assert.equal(await log.requests(), 100);
  });

  it("waits a moment for the new one", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    rotate(log, `${LOG}.1`);
    const [report] = await Promise.all([log.run(), setTimeout(20).then(() => log.append(requests(3)))]);
    assert.deepEqual([report.status, report.metrics[0]?.value], ["ok", 3]);
  });

  it("takes the unfinished last line of a rotated file for a line", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    log.append(requests(10).trimEnd());
    rotate(log, `${LOG}.1`);
    log.append(requests(100));
    assert.equal(await log.requests(), 110);
  });

  it("follows a log that was empty when it was seen last", async () => {
    const log = new FollowedDirectory().append("");
    await log.run();
    log.append(requests(10));
    rotate(log, `${LOG}.1`, -1);
    log.append(requests(100));
    assert.equal(await log.requests(), 110);
  });

  it("says what is lost when the rotated file is gone, or damaged", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    rmSync(log.path());
    log.append(requests(100) + requests(7));
    const gone = await log.run();
    assert.match(gone.warnings[0]?.message ?? "", /ts_metrics\.log was truncated or replaced; .* is lost$/);
    assert.equal(gone.metrics[0]?.value, 107);
    log.append(Array.from({ length: 5_000 }, (_, i) => line("Requests2XX.Count", i % 7)).join(""));
    rotate(log, "ts_metrics.23-Nov.log");
    const whole = gzipSync(readFileSync(log.path("ts_metrics.23-Nov.log")));
    rmSync(log.path("ts_metrics.23-Nov.log"));
    writeFileSync(log.path("ts_metrics.23-Nov.log.gz"), whole.subarray(0, whole.length / 2));
    log.append(requests(100));
    const damaged = await log.run();
    assert.match(
      damaged.warnings[0]?.message ?? "",
      /23-Nov\.log\.gz cannot be decompressed to its end: .*; the rest is lost$/,
    );
  });
});

describe("a log that is truncated", () => {
  it("starts anew, and reads the rest from the copy (copytruncate)", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    log.append(requests(10));
    copyFileSync(log.path(), log.path(`${LOG}.1`));
    truncateSync(log.path());
    log.append(requests(100));
    assert.equal(await log.requests(), 110);
  });

  it("starts anew where it has grown beyond the old offset already", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    truncateSync(log.path());
    log.append("stack trace of a new life\n" + requests(100) + requests(1_000));
    assert.equal(await log.requests(), 1_100);
  });
});

describe("a log on an odd file system", () => {
  it("goes on where the content is the same in a file with another inode", async () => {
    const log = new FollowedDirectory().append(requests());
    await log.run();
    const content = readFileSync(log.path());
    rmSync(log.path());
    writeFileSync(log.path("other"), "takes the inode\n");
    writeFileSync(log.path(), content);
    log.append(requests(10));
    const report = await log.run();
    assert.equal(report.metrics[0]?.value, 10);
    assert.deepEqual(report.warnings, []);
  });
});

/** Follows a log from run to run, each of which has no time for more than it has to read; counts its lines. */
class HurriedRuns {
  lines = 0;
  #before: Cursor | null | undefined;

  constructor(readonly path: string, readonly bounds: FollowRun["bounds"] = { deadlineMs: Infinity }) {}

  async run(): Promise<Followed> {
    const followed = await followLog(this.path, {
      before: this.#before,
      seenAtMs: LINE_SECONDS * 1_000,
      start: "beginning",
      receiver: () => ({ line: () => this.lines++, tooLong: () => {} }),
      isTimeToStop: () => true,
      bounds: this.bounds,
    });
    this.#before = followed.cursor;
    return followed;
  }
}

describe("a log that is larger than a run", () => {
  it("is read in parts, and each line counts once", async () => {
    const runs = new HurriedRuns(new FollowedDirectory().append(requests().repeat(10_000)).path());
    const first = await runs.run();
    assert.deepEqual([first.behind, first.bytes], [true, 65_536]);
    for (let i = 0; i < 40; i++) await runs.run();
    assert.equal(runs.lines, 10_000);
    assert.equal((await runs.run()).behind, false);
  });

  it("is read in parts, too, when it was rotated and compressed meanwhile", async () => {
    const log = new FollowedDirectory().append(requests().repeat(10_000));
    const runs = new HurriedRuns(log.path());
    await runs.run();
    rotate(log, "ts_metrics.22-Nov.log");
    log.append(requests().repeat(5_000));
    await runs.run();
    compress(log, "ts_metrics.22-Nov.log");
    for (let i = 0; i < 40; i++) await runs.run();
    assert.equal(runs.lines, 15_000);
  });

  it("is told, and the next run goes on", async () => {
    const log = new FollowedDirectory().append(requests(5));
    await log.run();
    log.append(requests(7));
    log.deadlineMs = 0;
    const late = await log.run();
    assert.deepEqual([late.error?.code, late.service_checks[0]?.status], ["timeout", 2]);
    assert.match(late.error?.message ?? "", /ts_metrics\.log could not be opened within the run's time/);
    log.deadlineMs = Infinity;
    assert.equal(await log.requests(), 7);
  });
});

describe("the deadline and a cancel", () => {
  it("hold for a file that has taken the place of a rotated one, and for a log that was moved away", async () => {
    const log = new FollowedDirectory().append(requests(5));
    await log.run();
    log.append(requests(7));
    rotate(log, "ts_metrics.22-Nov.log");
    log.deadlineMs = 0;
    assert.equal((await log.run()).error?.code, "timeout");
    log.deadlineMs = Infinity;
    log.append("");
    assert.equal(await log.requests(), 7);
  });

  it("end a run while it reads, with what it has read until then", async () => {
    const log = new FollowedDirectory().append(requests().repeat(10_000));
    const bounds = { deadlineMs: Infinity };
    const cancelled = new AbortController();
    for (const end of [() => bounds.deadlineMs = 0, () => cancelled.abort()]) {
      const runs = new HurriedRuns(log.path(), bounds);
      const following = followLog(log.path(), {
        before: undefined,
        seenAtMs: 0,
        start: "beginning",
        receiver: () => ({ line: () => runs.lines++, tooLong: () => {} }),
        isTimeToStop: () => (end(), false),
        bounds: {
          get deadlineMs() {
            return bounds.deadlineMs;
          },
          signal: cancelled.signal,
        },
      });
      if (cancelled.signal.aborted) assert.fail("it was not cancelled yet");
      const followed = await following.catch((error: unknown) => error);
      if (followed instanceof OutOfTimeError) assert.equal(followed.why, "cancelled");
      else assert.deepEqual((followed as Followed).behind, true);
      assert.ok(runs.lines > 0 && runs.lines < 1_000);
      bounds.deadlineMs = Infinity;
    }
    assert.ok(cancelled.signal.aborted);
  });

  it("hold for named pipes in place of a log and of a rotated file", {
    skip: process.platform === "win32" ? "no named pipes" : false,
  }, async () => {
    const log = new FollowedDirectory().append(requests(5));
    await log.run();
    log.append(requests(7));
    rotate(log, "ts_metrics.22-Nov.log");
    execFileSync("mkfifo", [log.path("ts_metrics.23-Nov.log"), log.path("ts_metrics.21-Nov.log.gz"), log.path()]);
    const report = await log.run();
    assert.equal(report.error?.code, "config");
    assert.match(report.error?.message ?? "", /ts_metrics\.log is not a regular file/);
    assert.equal(report.metrics[0]?.value, 7);
  });
});

describe("a compressed file without end", () => {
  it("is read up to a bound, and that is said", async () => {
    const log = new FollowedDirectory().append(requests(5));
    const maxInflatedBytes = 1_000_000;
    const runs = new HurriedRuns(log.path(), { deadlineMs: Infinity, maxInflatedBytes });
    await runs.run();
    log.append(requests(7));
    rotate(log, "ts_metrics.22-Nov.log");
    const content = readFileSync(log.path("ts_metrics.22-Nov.log"));
    rmSync(log.path("ts_metrics.22-Nov.log"));
    writeFileSync(
      log.path("ts_metrics.22-Nov.log.gz"),
      Buffer.concat([gzipSync(content), gzipSync(new Uint8Array(64 * maxInflatedBytes))]),
    );
    age(log, "ts_metrics.22-Nov.log.gz", 10);
    log.append(requests(100));
    const notes: string[] = [];
    for (let i = 0; i < 30; i++) notes.push(...(await runs.run()).notes);
    assert.equal(runs.lines, 3);
    assert.match(notes.join(), /22-Nov\.log\.gz has more than 1000000 bytes when decompressed; the rest is lost$/);
  });
});
