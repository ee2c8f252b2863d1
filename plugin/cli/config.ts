import { configJsonSchema, exampleConfig } from "../config/mod.ts";
import { EXIT } from "../formats/mod.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { issueLines } from "./issue_line.ts";
import { readSource } from "./sources.ts";
import type { TargetOptions } from "./target_options.ts";

/** `config example`: a commented configuration with every option. */
export async function printExample(): Promise<void> {
  writeStdout(await exampleConfig());
}

/** `config schema`: the JSON Schema of configuration files. */
export async function printSchema(): Promise<void> {
  writeStdout(`${JSON.stringify(await configJsonSchema(), null, 2)}\n`);
}

/** `config validate`: all issues of a configuration; the exit status is 2 when there is an error among them. */
export async function validateSource(source: string | undefined, target: TargetOptions): Promise<void> {
  const file = await readSource(source, target, "discovered");
  for (const issue of file.issues) writeStdout(`${(await issueLines(issue, file)).join("\n")}\n`);
  const count = file.instances.length;
  const errors = file.issues.filter(({ severity }) => severity === "error").length;
  const verdict = file.ok ? "fine" : errors === 1 ? "1 error" : `${errors} errors`;
  writeStdout(`${oneLine(file.origin)}: ${count} ${count === 1 ? "instance" : "instances"}, ${verdict}\n`);
  setExitStatus(file.ok ? EXIT.fine : EXIT.usage);
}
