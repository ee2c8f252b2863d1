import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { gzipSync } from "node:zlib";

/** How hard archives are compressed: a draft is for a look at them, and for tests. */
export interface Effort {
  readonly xz: number;
  readonly deflate: number;
}

export const EFFORTS = {
  release: { xz: 9, deflate: 9 },
  draft: { xz: 0, deflate: 1 },
} as const satisfies Record<string, Effort>;

/**
 * By the program `xz` in one thread: in several it cuts its input by their number.
 *
 * @param isX64 that it is mostly code of that processor, whose jumps are then written so that they repeat
 */
export function xz(content: Uint8Array, { xz: level }: Effort, isX64 = false): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const how = isX64 ? ["--x86", `--lzma2=preset=${level}`] : [`-${level}`];
    const child = spawn("xz", [...how, "--threads=1", "--stdout"], { stdio: ["pipe", "pipe", "inherit"] });
    const parts: Uint8Array[] = [];
    child.stdout.on("data", (part: Uint8Array) => parts.push(part));
    child.on("error", (error) => reject(new Error(`xz: ${error.message}; install it (xz-utils)`)));
    child.on("close", (status) => {
      if (status === 0) resolve(Buffer.concat(parts));
      else reject(new Error(`xz ended with ${status}`));
    });
    child.stdin.on("error", () => {});
    child.stdin.end(content);
  });
}

/** Of no date and no system. */
export function gzip(content: Uint8Array, { deflate: level }: Effort): Buffer {
  const packed = gzipSync(content, { level });
  // The byte that names the system differs between runtimes.
  packed[9] = 255;
  return packed;
}
