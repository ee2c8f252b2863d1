import process from "node:process";

/** The process file system of this system; only Linux has one with what is needed here. */
export function systemProcRoot(): string | undefined {
  return process.platform === "linux" ? "/proc" : undefined;
}
