import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { misfits } from "../../scripts/release/executable/fits.ts";
import { inspect } from "../../scripts/release/executable/inspect.ts";
import type { Inspection } from "../../scripts/release/executable/inspection.ts";
import { signAdHoc } from "../../scripts/release/executable/signature.ts";
import { TARGETS } from "../../scripts/release/targets.ts";

const CODE_BYTES = 10_000;
const SEGMENT_BYTES = 72;

/** A Mach-O of three pages, with place for a signature and none in it. */
function machO(): Uint8Array {
  const file = Buffer.alloc(CODE_BYTES + 64, 7);
  file.fill(0, 0, 256);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(0x01000007, 4);
  file.writeUInt32LE(3, 16);
  const segment = (at: number, name: string, offset: number, size: number) => {
    file.writeUInt32LE(0x19, at);
    file.writeUInt32LE(SEGMENT_BYTES, at + 4);
    file.write(name, at + 8);
    file.writeBigUInt64LE(BigInt(offset), at + 40);
    file.writeBigUInt64LE(BigInt(size), at + 48);
  };
  segment(32, "__TEXT", 0, 8192);
  segment(32 + SEGMENT_BYTES, "__LINKEDIT", 8192, CODE_BYTES + 64 - 8192);
  const command = 32 + 2 * SEGMENT_BYTES;
  [0x1d, 16, CODE_BYTES, 64].forEach((word, i) => file.writeUInt32LE(word, command + 4 * i));
  // The form of a signature with nothing in it.
  file.fill(0, CODE_BYTES);
  return new Uint8Array(file);
}

describe("executables of a release", () => {
  it("a Mach-O that is signed ad hoc reads back, page by page, and twice gives the same bytes", () => {
    const signed = signAdHoc(machO(), "torchserve-check");
    assert.deepEqual(inspect(signed).signature, {
      identifier: "torchserve-check",
      isAdHoc: true,
      pages: 3,
      wrongPages: 0,
    });
    assert.deepEqual(signAdHoc(machO(), "torchserve-check"), signed);
    assert.deepEqual(signAdHoc(signed, "torchserve-check"), signed);
  });

  it("a byte that changed after it was signed is found, in each page", () => {
    for (const [page, offset] of [300, 5000, CODE_BYTES - 1].entries()) {
      const signed = signAdHoc(machO(), "torchserve-check");
      signed[offset] = 1;
      assert.equal(inspect(signed).signature?.wrongPages, 1, `page ${page}`);
    }
  });

  it("one without a place for a signature is refused, and what is no executable", () => {
    const without = machO();
    without[16] = 2;
    assert.throws(() => signAdHoc(without, "torchserve-check"), /no place for a signature/);
    assert.throws(() => inspect(Buffer.from("#!/bin/sh\n")), /expected an ELF/);
  });

  const glibc: Inspection = {
    format: "ELF",
    machine: "x64",
    interpreter: "/lib64/ld-linux-x86-64.so.2",
    libraries: ["libc.so.6", "libpthread.so.0"],
    system: "glibc 2.17",
  };
  const target = TARGETS[0]!;

  it("fits its target, or what is wrong is said", () => {
    assert.deepEqual(misfits(glibc, target), []);
    assert.match(misfits({ ...glibc, machine: "arm64" }, target).join(), /its processor is arm64, expected x64/);
    assert.match(misfits({ ...glibc, interpreter: "/lib/ld-musl-x86_64.so.1" }, target).join(), /its interpreter/);
    assert.match(misfits({ ...glibc, libraries: ["libssl.so.3"] }, target).join(), /it needs libssl\.so\.3/);
    assert.match(misfits({ ...glibc, system: "glibc 2.34" }, target).join(), /needs glibc 2\.34, and its wheel/);
    const mac = TARGETS.find(({ name }) => name === "darwin-arm64")!;
    const unsigned: Inspection = { format: "Mach-O", machine: "arm64", libraries: [], system: "macOS 13.0" };
    assert.match(misfits(unsigned, mac).join(), /its signature/);
  });
});
