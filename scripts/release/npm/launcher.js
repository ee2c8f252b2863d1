#!/usr/bin/env node
// Starts the executable of this platform. Hosts should run that file itself: `--path` as the only argument prints where
// it is, and nothing has to start Node.js before it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import process from "node:process";

const PACKAGES = {
  "linux x64 glibc": "linux-x64",
  "linux arm64 glibc": "linux-arm64",
  "linux x64 musl": "linux-x64-musl",
  "linux arm64 musl": "linux-arm64-musl",
  "darwin x64": "darwin-x64",
  "darwin arm64": "darwin-arm64",
  "win32 x64": "windows-x64",
};

function find() {
  const { platform, arch } = process;
  // A report names the C library that Node.js runs with, if it is glibc.
  const libc = platform !== "linux" ? "" : process.report.getReport().header.glibcVersionRuntime ? " glibc" : " musl";
  const name = PACKAGES[`${platform} ${arch}${libc}`];
  if (name === undefined) throw new Error(`there is no executable for ${platform} ${arch}${libc}`);
  const file = `@torchserve-check/${name}/bin/torchserve-check${platform === "win32" ? ".exe" : ""}`;
  try {
    return createRequire(import.meta.url).resolve(file);
  } catch {
    throw new Error(`@torchserve-check/${name} is not installed; install again, with optional dependencies`);
  }
}

try {
  const path = find();
  const args = process.argv.slice(2);
  if (args.length === 1 && args[0] === "--path") process.stdout.write(`${path}\n`);
  else start(path, args);
} catch (error) {
  process.stderr.write(`torchserve-check: ${error.message}\n`);
  process.exitCode = 1;
}

function start(path, args) {
  const child = spawn(path, args, { stdio: "inherit" });
  // Whoever ends this process means the program.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`torchserve-check: ${path} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("close", (status, signal) => process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0));
}
