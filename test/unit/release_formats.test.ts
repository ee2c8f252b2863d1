import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { ar } from "../../scripts/release/format/ar.ts";
import { EFFORTS, gzip } from "../../scripts/release/format/compress.ts";
import { textEntry } from "../../scripts/release/format/entry.ts";
import { tar } from "../../scripts/release/format/tar.ts";
import { zip } from "../../scripts/release/format/zip.ts";

/** 2026-01-02 03:04:06 UTC. */
const DATE = 1_767_323_046;
const LONG = `${"a-long-name/".repeat(12)}file`;

describe("archives of a release", () => {
  it("tar: directories first, owner root, one date, modes, long paths, whatever order they came in", () => {
    const entries = [
      textEntry("x/run", "#!/bin/sh\n", { executable: true }),
      { path: "x/", content: new Uint8Array() },
      textEntry(LONG, "long"),
    ];
    const packed = tar(entries, DATE);
    const listed = spawnSync("tar", ["--utc", "--numeric-owner", "-tvf", "-"], { input: packed, encoding: "utf8" });
    assert.equal(listed.stderr, "");
    assert.deepEqual(listed.stdout.trim().split("\n").map((line) => line.replace(/ +/g, " ")), [
      `-rw-r--r-- 0/0 4 2026-01-02 03:04 ${LONG}`,
      "drwxr-xr-x 0/0 0 2026-01-02 03:04 x/",
      "-rwxr-xr-x 0/0 10 2026-01-02 03:04 x/run",
    ]);
    assert.deepEqual(tar(entries.toReversed(), DATE), packed);
  });

  it("tar: a path that fits nowhere is refused", () => {
    assert.throws(() => tar([textEntry("a".repeat(101), "")], DATE), /too long a path/);
  });

  it("zip: what unzips it finds content, date and mode", () => {
    const packed = zip([textEntry("a/b", "text"), textEntry("run", "run", { executable: true })], DATE, 9);
    const end = packed.length - 22;
    assert.equal(packed.readUInt16LE(end + 10), 2);
    const directory = packed.readUInt32LE(end + 16);
    assert.equal(packed.toString("latin1", directory, directory + 4), "PK\x01\x02");
    assert.equal(packed.readUInt32LE(directory + 38) >>> 16, 0o100644);
    // 2026-01-02 and 03:04:06, in the bits of DOS.
    assert.equal(packed.readUInt16LE(directory + 14), 46 << 9 | 1 << 5 | 2);
    assert.equal(packed.readUInt16LE(directory + 12), 3 << 11 | 4 << 5 | 3);
    const second = directory + 46 + "a/b".length;
    assert.equal(packed.readUInt32LE(second + 38) >>> 16, 0o100755);
    assert.deepEqual(zip([textEntry("a/b", "text"), textEntry("run", "run", { executable: true })], DATE, 9), packed);
  });

  it("ar: members of an odd length are filled up", () => {
    const packed = ar([["debian-binary", Buffer.from("2.0")], ["b", Buffer.from("cd")]], DATE).toString();
    assert.match(packed, /^!<arch>\ndebian-binary {3}1767323046 {2}0 {5}0 {5}100644 {2}3 {9}`\n2\.0\nb {15}/);
    assert.match(packed, /`\ncd$/);
  });

  it("gzip: the head tells neither a date nor a system", () => {
    assert.deepEqual([...gzip(Buffer.from("text"), EFFORTS.draft).subarray(3, 8)], [0, 0, 0, 0, 0]);
    assert.equal(gzip(Buffer.from("text"), EFFORTS.draft)[9], 255);
  });
});
