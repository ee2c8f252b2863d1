import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { allOf, completedOf } from "../../plugin/cli/completions/completed.ts";
import { completionsFor } from "../../plugin/cli/completions/mod.ts";
import { SHELLS } from "../../plugin/cli/completions/shells.ts";
import { buildProgram } from "../../plugin/cli/program.ts";

const program = completedOf(buildProgram());
const bash = await completionsFor("bash", program);

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const script = `${bash}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _torchserve_check; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script, "bash", "torchserve-check", ...words], {
    encoding: "utf8",
  });
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout.split("\n").filter((word) => word !== "");
}

describe("completions", () => {
  for (const shell of SHELLS) {
    it(`of ${shell} have every command, option and choice of the program`, async () => {
      const text = await completionsFor(shell, program);
      for (const { path, commands, options } of allOf(program)) {
        for (const { name } of commands) assert.ok(text.includes(name), `${path} ${name}`);
        for (const { flags, value } of options) {
          // fish writes them without dashes.
          for (const flag of flags) assert.ok(text.includes(flag.replace(/^-+/, "")), `${path} ${flag}`);
          for (const word of value?.words ?? []) assert.ok(text.includes(word), word);
        }
      }
    });
  }

  it("are of the program that runs: its deepest command, and what options take", () => {
    const validate = allOf(program).find(({ path }) => path === "config validate");
    assert.deepEqual(validate?.argument, { name: "source", words: [], isFile: true });
    const format = program.options.find(({ flags }) => flags.includes("--format"));
    assert.ok(format?.value?.words.includes("ndjson"));
    const notify = allOf(program).find(({ path }) => path === "assets push")?.options
      .find(({ flags }) => flags.includes("--notify"));
    assert.equal(notify?.isRepeatable, true);
  });

  describe("of bash", () => {
    it("parse", () => {
      const { status, stderr } = spawnSync("bash", ["-n"], { input: bash, encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""]);
    });

    for (
      const [words, expected] of [
        [["conf"], ["config"]],
        [["config", "v"], ["validate"]],
        [["config", "validate", "--ho"], ["--host"]],
        [["--format", "nd"], ["ndjson"]],
        [["--format", "=", "nd"], ["ndjson"]],
        [["config", "docker", "--as", ""], ["compose", "label-file"]],
        [["--output", "config", "disc"], ["discover"]],
        [["--format", "=", "json", "disc"], ["discover"]],
        [["--instance", "--wa"], ["--watch"]],
        [["install", "tel"], ["telegraf"]],
        [["help", "comp"], ["completions"]],
        [["completions", "f"], ["fish"]],
        [["--output", ""], []],
        [["config", "validate", ""], []],
      ] as const
    ) {
      it(`offer ${expected.join(" and ") || "files"} for ${words.join(" ")}`, () =>
        assert.deepEqual(offered(...words), expected));
    }
  });
});
