import assert from "node:assert/strict";
import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
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

describe("a log that is larger than a run", () => {
  it("is read in parts, with the state between, and each line counts once", async () => {
    const log = new FollowedDirectory().append(requests().repeat(10_000));
    log.timeoutMs = 0;
    const first = await log.run();
    assert.equal(first.status, "partial");
    assert.match(first.warnings[0]?.message ?? "", /^the run's time was up after 65536 bytes/);
    let total = first.metrics[0]?.value ?? 0;
    for (let runs = 0; runs < 40; runs++) total += await log.requests() ?? 0;
    assert.equal(total, 10_000);
    assert.equal((await log.run()).status, "ok");
  });

  it("is read in parts, too, when it was rotated and compressed meanwhile", async () => {
    const log = new FollowedDirectory().append(requests().repeat(10_000));
    log.timeoutMs = 0;
    let total = await log.requests() ?? 0;
    rotate(log, "ts_metrics.22-Nov.log");
    log.append(requests().repeat(5_000));
    total += await log.requests() ?? 0;
    compress(log, "ts_metrics.22-Nov.log");
    for (let runs = 0; runs < 40; runs++) total += await log.requests() ?? 0;
    assert.equal(total, 15_000);
  });
});
