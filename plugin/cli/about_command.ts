import type { Command } from "commander";
import { runtimeName } from "../runtime/runtime_name.ts";
import { writeStdout } from "../runtime/stdout.ts";
import { COMMIT, VERSION } from "../version.ts";

/** The version, then what it was built from and what runs it: `0.1.0 (commit 1f2e3d4c5b6a, Bun 1.4.5, linux x64)`. */
export function versionText(): string {
  return `${VERSION} (${COMMIT === undefined ? "" : `commit ${COMMIT}, `}${runtimeName()})`;
}

/** Adds the commands that tell of the program itself. */
export function addAbout(program: Command): void {
  program.command("version").description("print the version, the commit and what runs it").action(() =>
    writeStdout(`torchserve-check ${versionText()}\n`)
  );
  program.command("licenses").description("print the licenses of this program and of everything inside it")
    .action(async () => {
      writeStdout((await import("./licenses.md", { with: { type: "text" } })).default);
    });
}
