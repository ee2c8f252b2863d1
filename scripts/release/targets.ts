/** A platform that releases are built for, and what each kind of package calls it. */
export interface Target {
  /** In the names of our files: `linux-x64`, `linux-x64-musl`. */
  readonly name: string;
  /** What Bun calls it. */
  readonly bun: string;
  /** The package that has Bun's runtime for it, without its scope. */
  readonly runtime: string;
  /** The tag of its wheels: the oldest system that they are for. */
  readonly wheel: string;
  readonly npm: { readonly os: string; readonly cpu: string; readonly libc?: "glibc" | "musl" };
  /** Absent where there is no package of Debian for it. */
  readonly debian?: "amd64" | "arm64";
  /** The name of the executable. */
  readonly executable: string;
}

const PROGRAM = "torchserve-check";

/** All platforms. Bun's own needs: glibc 2.17, macOS 13, Windows 10. */
export const TARGETS: readonly Target[] = [
  {
    name: "linux-x64",
    bun: "bun-linux-x64",
    runtime: "bun-linux-x64",
    wheel: "manylinux_2_17_x86_64.manylinux2014_x86_64",
    npm: { os: "linux", cpu: "x64", libc: "glibc" },
    debian: "amd64",
    executable: PROGRAM,
  },
  {
    name: "linux-arm64",
    bun: "bun-linux-arm64",
    runtime: "bun-linux-aarch64",
    wheel: "manylinux_2_17_aarch64.manylinux2014_aarch64",
    npm: { os: "linux", cpu: "arm64", libc: "glibc" },
    debian: "arm64",
    executable: PROGRAM,
  },
  {
    name: "linux-x64-musl",
    bun: "bun-linux-x64-musl",
    runtime: "bun-linux-x64-musl",
    wheel: "musllinux_1_2_x86_64",
    npm: { os: "linux", cpu: "x64", libc: "musl" },
    executable: PROGRAM,
  },
  {
    name: "linux-arm64-musl",
    bun: "bun-linux-arm64-musl",
    runtime: "bun-linux-aarch64-musl",
    wheel: "musllinux_1_2_aarch64",
    npm: { os: "linux", cpu: "arm64", libc: "musl" },
    executable: PROGRAM,
  },
  {
    name: "darwin-x64",
    bun: "bun-darwin-x64",
    runtime: "bun-darwin-x64",
    wheel: "macosx_13_0_x86_64",
    npm: { os: "darwin", cpu: "x64" },
    executable: PROGRAM,
  },
  {
    name: "darwin-arm64",
    bun: "bun-darwin-arm64",
    runtime: "bun-darwin-aarch64",
    wheel: "macosx_13_0_arm64",
    npm: { os: "darwin", cpu: "arm64" },
    executable: PROGRAM,
  },
  {
    name: "windows-x64",
    bun: "bun-windows-x64",
    runtime: "bun-windows-x64",
    wheel: "win_amd64",
    npm: { os: "win32", cpu: "x64" },
    executable: `${PROGRAM}.exe`,
  },
];
