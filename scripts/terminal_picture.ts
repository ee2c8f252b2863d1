/**
 * Draws docs/images/terminal.svg: what a terminal shows of a TorchServe whose newest model does not load, from real
 * output of the program against the emulator. By hand, when the output has changed, where there is `script`:
 *
 *     deno run -A scripts/terminal_picture.ts
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../plugin/emulator/mod.ts";
import { drawTerminal } from "./terminal_svg.ts";

const COLUMNS = 96;
const root = new URL("..", import.meta.url);

/** What is typed; the instances of conf.yaml are those of the embedded server. */
const COMMANDS = [["conf.yaml", "--quiet"], ["http://localhost:8080"]];

const directory = await mkdtemp(join(tmpdir(), "picture-"));
const emulator = await startEmulator({
  inferencePort: 8080,
  managementPort: 8081,
  metricsPort: 8082,
  models: [
    { name: "bert", workers: 2, pendingRequests: 3, remainingCapacity: 97 },
    { name: "bert", version: "2.0", workers: 2, broken: true },
    { name: "resnet-18", workers: 4 },
  ],
});
try {
  await writeFile(
    join(directory, "conf.yaml"),
    "instances:\n  - openmetrics_endpoint: http://localhost:8082/metrics\n" +
      "  - inference_api_url: http://localhost:8080\n" +
      "  - management_api_url: http://localhost:8081\n    extended_metrics: true\n",
  );
  const shown: string[] = [];
  for (const args of COMMANDS) {
    const typed = args.map((word) => /[*?]/.test(word) ? `'${word}'` : word).join(" ");
    const command = `${Deno.execPath()} run -A --quiet --no-check ${new URL("plugin/main.ts", root).pathname} ${typed}`;
    // In a terminal of its own, as a person sees it.
    const { stdout } = await new Deno.Command("script", {
      args: ["-qec", `stty cols ${COLUMNS} rows 60; ${command}`, "/dev/null"],
      cwd: directory,
      env: { TERM: "xterm-256color" },
    }).output();
    // What was drawn over, as the word that a slow server is waited for, is not seen any more.
    // deno-lint-ignore no-control-regex
    const text = new TextDecoder().decode(stdout).replaceAll("\r\n", "\n").replace(/[^\n]*\u001b\[K/g, "");
    shown.push(`\u001b[1m$ torchserve-check ${typed}\u001b[0m\n${text.trimEnd()}`);
  }
  await writeFile(new URL("docs/images/terminal.svg", root), drawTerminal(shown.join("\n\n"), COLUMNS));
} finally {
  await emulator.close();
  await rm(directory, { recursive: true });
}
