import assert from "node:assert/strict";
import type { Command } from "commander";
import { describe, it } from "node:test";
import { COMMAND_HELP } from "../../plugin/cli/command_help.ts";
import { buildProgram } from "../../plugin/cli/program.ts";
import { pathOf } from "../../plugin/cli/strict_options.ts";
import { UsageError } from "../../plugin/cli/usage_error.ts";

/** How the program refuses these words. */
async function refusal(words: readonly string[]): Promise<string> {
  try {
    await buildProgram().parseAsync([...words], { from: "user" });
  } catch (thrown) {
    if (thrown instanceof UsageError) return `${thrown.message}\n${thrown.hint ?? ""}`;
    throw thrown;
  }
  return assert.fail("it ran");
}

const allBelow = (command: Command): Command[] => [command, ...command.commands.flatMap(allBelow)];

describe("the command line", () => {
  for (
    const [line, message, remedy] of [
      ["conf.yaml --format json --format table", /--format is given twice/, /once/],
      ["conf.yaml --quiet --quiet", /--quiet is given twice/, /once/],
      ["--instance a.yaml --instance b.yaml", /--instance is given twice/, /once/],
      ["discover --ports 1 --ports 2", /--ports is given twice/, /once/],
      ["config validate --host a --host=b", /--host is given twice/, /once/],
      ["--format json discover", /--format before discover has no effect/, /discover --format/],
      ["--verbose config validate x", /--verbose before config validate/, /leave it out/],
      ["--index 1", /--index says how.*none is named/, /--instance --index/],
      ["--log-level debug", /--log-level says how/, /--instance/],
      ["deno.json --interval 3", /--interval has no effect on a single run/, /--repeat N or --watch/],
      ["deno.json --repeat 1 --interval 3", /--interval has no effect/, /--watch/],
      ["deno.json --repeat 3 --watch", /--repeat has no effect on --watch/, /leave/],
      ["discover --force", /--force has no effect without --write/, /--write FILE/],
      ["config docker x --as label-file --service s", /--service has no effect/, /--as compose/],
      ["config kubernetes x --on service --container c", /--container has no effect/, /--on deployment/],
      ["emulate --logs .", /--logs has no effect on --metrics-mode prometheus/, /--metrics-mode log/],
      ["config validate deno.json --host a", /--host has no effect: deno\.json has no %%host%%/, /leave/],
      ["deno.json --port 1", /--port has no effect: deno\.json has no %%port%%/, /%%port%%/],
      ["install datadog --config a --from b", /--from has no effect beside --config/, /leave/],
      ["assets render grafana --output x --runbooks http://a", /--runbooks has no effect/, /prometheus/],
      ["assets push --only dashboards --notify @a", /--notify has no effect without monitors/, /monitors/],
      ["assets pull --diff --only metadata --with-pipeline", /--with-pipeline has no effect/, /pipeline/],
      ["preview --for 5", /--for has no effect without --export/, /--export FILE/],
      ["preview --export x --listen 1", /--listen has no effect/, /leave/],
      ["preview --demo --host x", /--host has no effect on --demo/, /leave/],
      ["doctor localhost --host x", /--host has no effect on a host/, /name a file/],
      ["doctor deno.json --ports 1", /--ports has no effect on a configuration/, /name a host/],
      ["deno.json --format dogstatsd --to nowhere", /--to nowhere is no address/, /udp:/],
      [".", /\. is a directory/, /name a file/],
      ["config", /config: name one of its commands: example, /, /help config/],
      ["config valdate", /config: unknown command "valdate"/, /did you mean validate/],
      ["assets zzz", /assets: unknown command "zzz"/, /help assets/],
      ["help confg", /unknown command "confg"/, /did you mean config/],
      ["help config validate x", /config validate: unknown command "x"/, /help config validate/],
      ["localhost:8080", /localhost:8080 is no URL/, /did you mean http:\/\/localhost:8080\?/],
      ["https//user:hidden@host/models", /…@host\/models is no URL/, /did you mean https:\/\/host\/models\?/],
      ["ttps://host", /ttps:\/\/host is no URL/, /did you mean https:\/\/host\?/],
      ["missing/conf.yaml", /missing\/conf\.yaml: there is no such file/, /name a file/],
      ["user:hidden@host", /unknown command "host"/, /help/],
    ] as const
  ) {
    it(`refuses: ${line}`, async () => {
      const told = await refusal(line.split(" "));
      const [first = "", second = ""] = told.split("\n");
      assert.match(first, message);
      assert.match(second, remedy);
      assert.doesNotMatch(told, /hidden/);
    });
  }

  it("takes several handles, since each is told", async () => {
    await assert.rejects(
      buildProgram().parseAsync(["assets", "push", "--notify", "@a", "--notify", "@b", "--to", "grafana"], {
        from: "user",
      }),
      /only dashboards go to Grafana/,
    );
  });

  for (const command of allBelow(buildProgram())) {
    const path = pathOf(command);
    it(`has examples and exit statuses in the help of ${path === "" ? "the program" : path}`, () => {
      let help = "";
      command.configureOutput({ writeOut: (text) => help += text });
      command.outputHelp();
      assert.match(help, /\nExamples:\n {2}torchserve-check [^]+\nExit status:\n {2}0 /);
      for (const [words] of COMMAND_HELP[path]?.examples ?? []) {
        assert.ok(path === "" || words.startsWith(path.split(" ")[0] ?? ""), words);
      }
      assert.doesNotMatch(help, /default: false/);
    });
  }

  it("has no help of a command that is not there", () => {
    const paths = new Set(allBelow(buildProgram()).map(pathOf));
    assert.deepEqual(Object.keys(COMMAND_HELP).filter((path) => !paths.has(path)), []);
  });
});
