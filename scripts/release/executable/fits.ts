import type { Target } from "../targets.ts";
import type { Inspection } from "./inspection.ts";

const FORMATS: Readonly<Record<string, Inspection["format"]>> = { linux: "ELF", darwin: "Mach-O", win32: "PE" };
const LOADERS: Readonly<Record<string, string>> = {
  "x64 glibc": "/lib64/ld-linux-x86-64.so.2",
  "arm64 glibc": "/lib/ld-linux-aarch64.so.1",
  "x64 musl": "/lib/ld-musl-x86_64.so.1",
  "arm64 musl": "/lib/ld-musl-aarch64.so.1",
};
/** What systems bring, by their C libraries; glibc's are parts of it. musl's need the package libstdc++. */
const LIBRARIES: Readonly<Record<string, RegExp>> = {
  glibc: /^(?:ld-linux-[\w-]+|lib(?:c|m|dl|pthread))\.so\.\d$/,
  musl: /^lib(?:c\.musl-\w+\.so\.1|stdc\+\+\.so\.6)$/,
  darwin: /^\/usr\/lib\/lib[\w.+]+\.dylib$/,
  win32: /^(?:kernel32|ntdll|bcryptprimitives|api-ms-win-core-[\w-]+)\.dll$/i,
};

/** What is wrong with an executable for a target: nothing, as a rule. */
export function misfits(found: Inspection, { npm, wheel }: Target): string[] {
  const wrong: string[] = [];
  const expect = (what: string, got: string | undefined, wanted: string | undefined) => {
    if (got !== wanted) wrong.push(`${what} is ${got ?? "absent"}, expected ${wanted ?? "none"}`);
  };
  expect("its format", found.format, FORMATS[npm.os]);
  expect("its processor", found.machine, npm.cpu);
  expect("its interpreter", found.interpreter, LOADERS[`${npm.cpu} ${npm.libc}`]);
  const allowed = LIBRARIES[npm.libc ?? npm.os];
  const others = found.libraries.filter((name) => allowed?.test(name) !== true);
  if (others.length > 0) wrong.push(`it needs ${others.join(", ")}, which not every system has`);
  // The tag of the wheel is a promise to pip.
  const promised = /^manylinux_2_(\d+)/.exec(wheel)?.[1] ?? /^macosx_(\d+)/.exec(wheel)?.[1];
  const needed = /(?:glibc 2\.|macOS )(\d+)/.exec(found.system ?? "")?.[1];
  if (promised !== undefined && !(Number(needed) <= Number(promised))) {
    wrong.push(`it needs ${found.system ?? "an unknown system"}, and its wheel is tagged ${wheel}`);
  }
  if (npm.os === "darwin" && (found.signature?.isAdHoc !== true || found.signature.wrongPages > 0)) {
    wrong.push("its signature is not one of its content, ad hoc");
  }
  return wrong;
}
