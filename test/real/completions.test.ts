import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { completedOf } from "../../plugin/cli/completions/completed.ts";
import { completionsFor } from "../../plugin/cli/completions/mod.ts";
import { buildProgram } from "../../plugin/cli/program.ts";
import { run } from "./command.ts";
import { requirePrograms } from "./debian.ts";

/** Types a line and a tab in an interactive zsh, and prints what its terminal shows. */
const TYPED = String.raw`
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "autoload -Uz compinit; compinit -u -D; source $1; LISTMAX=9999; PS1=ASK''ING"
zpty -r z line '*ASKING*'
zpty -w -n z "$2"$'\t\t'
zpty -w z $'\x15print DON\'\'E'
zpty -r z line '*DONE*'
print -r -- "$line"
zpty -d z
`;

/** What is typed, and words that the shell must and must not offer. */
const CASES = [
  ["conf", ["config"], ["discover"]],
  ["config ", ["validate", "kubernetes"], ["discover"]],
  ["config validate --", ["--host", "--strict", "--format"], ["--watch"]],
  ["--format ", ["ndjson", "prometheus"], ["config"]],
  ["--output out --format ", ["ndjson"], ["config"]],
  ["assets push --to ", ["datadog", "grafana"], ["telegraf"]],
  ["install ", ["telegraf", "icinga2"], ["discover"]],
  ["conf.yaml --wat", ["--watch"], ["config"]],
] as const;

describe("completions in a real shell", () => {
  let directory: string;
  const script = (shell: string) => join(directory, `completions.${shell}`);

  before(async () => {
    await requirePrograms({ "/usr/bin/zsh": "zsh", "/usr/bin/fish": "fish" });
    directory = await mkdtemp(join(tmpdir(), "completions-"));
    const program = completedOf(buildProgram());
    for (const shell of ["bash", "zsh", "fish"] as const) {
      await writeFile(script(shell), await completionsFor(shell, program));
    }
    await writeFile(script("typed"), TYPED);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it("parse in bash, zsh and fish", async () => {
    for (const shell of ["bash", "zsh", "fish"]) await run(shell, ["-n", script(shell)]);
  });

  for (const [line, offered, others] of CASES) {
    const look = (text: string) => {
      for (const word of offered) assert.ok(text.includes(word), `${word} in:\n${text}`);
      for (const word of others) assert.doesNotMatch(text, new RegExp(`(?<![\\w-])${word}(?![\\w.-])`));
    };

    it(`fish offers what belongs behind: ${line}`, async () => {
      const typed = `torchserve-check ${line}`;
      look(await run("fish", ["--no-config", "-c", `source ${script("fish")}; complete -C "${typed}"`]));
    });

    it(`zsh offers what belongs behind: ${line}`, async () => {
      const shown = await run("zsh", ["-f", script("typed"), script("zsh"), `torchserve-check ${line}`], {
        TERM: "xterm",
      });
      // deno-lint-ignore no-control-regex
      look(shown.replace(/\u001b\[[0-9;?]*[a-zA-Z]/g, "").replaceAll("\u0007", ""));
    });
  }
});
