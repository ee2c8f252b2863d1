import { configJsonSchema, exampleConfig } from "../config/mod.ts";
import { writeStdout } from "../runtime/stdout.ts";

/** `config example`: a commented configuration with every option. */
export async function printExample(): Promise<void> {
  writeStdout(await exampleConfig());
}

/** `config schema`: the JSON Schema of configuration files. */
export async function printSchema(): Promise<void> {
  writeStdout(`${JSON.stringify(await configJsonSchema(), null, 2)}\n`);
}
