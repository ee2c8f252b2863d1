import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A command that a page tells people to run. */
export interface DocumentedCommand {
  readonly page: string;
  /** As it is typed: what stands behind `$`, over several lines where a quote or a backslash goes on. */
  readonly command: string;
  /** What the page shows that it prints. */
  readonly output: readonly string[];
}

/** The commands in the blocks `console` and `sh` of the README and of all pages below docs. */
export function documentedCommands(): DocumentedCommand[] {
  const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md")).map((name) => `docs/${name.replaceAll("\\", "/")}`).sort();
  return ["README.md", ...pages].flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(/^( *)```(console|sh|shell|bash)\n([^]*?)^ *```/gm)].flatMap(
      ([, indent = "", kind, body = ""]) => {
        const lines = body.split("\n").slice(0, -1).map((line) => line.slice(indent.length));
        return kind === "console" ? typed(page, lines) : [{ page, command: lines.join("\n"), output: [] }];
      },
    );
  });
}

function typed(page: string, lines: readonly string[]): DocumentedCommand[] {
  const commands: { page: string; command: string; output: string[] }[] = [];
  for (const line of lines) {
    const last = commands.at(-1);
    if (last !== undefined && last.output.length === 0 && goesOn(last.command)) last.command += `\n${line}`;
    else if (line.startsWith("$ ")) commands.push({ page, command: line.slice(2).replace(/ +# .*$/, ""), output: [] });
    else if (last !== undefined) last.output.push(line);
    else throw new Error(`${page}: ${line}: a block of commands begins with "$ "`);
  }
  return commands;
}

/** Whether the line ends within a quote or with a backslash. */
function goesOn(command: string): boolean {
  if (command.endsWith("\\")) return true;
  let quote = "";
  for (const character of command) {
    if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = "";
  }
  return quote !== "";
}
