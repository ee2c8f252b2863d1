import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../../", import.meta.url);

/** Where what an integration consists of lies in a repository of integrations. */
const PLACES: Readonly<Record<string, string>> = {
  "manifest.json": "manifest.json",
  "metadata.csv": "metadata.csv",
  "README.md": "README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  "assets": "assets",
  "assets/configuration/conf.yaml.example": "datadog_checks/torchserve/data/conf.yaml.example",
  "plugin/hosts/datadog/auto_conf.yaml": "datadog_checks/torchserve/data/auto_conf.yaml",
};

/**
 * Lays the integration out in a directory as Datadog's validators want it: a git repository with it in `torchserve/`, what
 * is there on its main branch as well, and a configuration of `ddev` that knows nothing else.
 */
export function layOut(directory: string): void {
  const integration = join(directory, "torchserve");
  for (const [from, to] of Object.entries(PLACES)) {
    const target = join(integration, to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(fileURLToPath(new URL(from, ROOT)), target, { recursive: true });
  }
  const example = join(integration, "datadog_checks/torchserve/data/conf.yaml.example");
  // Its head, which ends with an empty line, is for people and editors: the Agent's tools make the rest.
  writeFileSync(example, readFileSync(example, "utf8").replace(/^[^]*?\n\n/, ""));
  writeFileSync(join(integration, "datadog_checks/torchserve/__about__.py"), '__version__ = "3.2.0"\n');
  mkdirSync(join(directory, ".home"));
  const toml = `repo = "core"\nupgrade_check = false\n[repos]\ncore = ${JSON.stringify(directory)}\n`;
  writeFileSync(join(directory, ".home/ddev.toml"), toml);
  const git = (...args: string[]) => execFileSync("git", ["-C", directory, ...args], { env: GIT_ENVIRONMENT });
  git("init", "--quiet", "--initial-branch=master");
  git("add", "torchserve");
  git("commit", "--quiet", "--message=The integration");
  git("update-ref", "refs/remotes/origin/master", "HEAD");
}

const WHO = { NAME: "torchserve-check", EMAIL: "torchserve-check@localhost" };
const GIT_ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) =>
      Object.entries(WHO).map(([what, value]) => [`GIT_${role}_${what}`, value])
    ),
  ),
};

/** A copy of a laid-out integration. */
export function copyOf(directory: string, to: string): string {
  if (existsSync(to)) throw new Error(`${to} is there already`);
  cpSync(directory, to, { recursive: true });
  writeFileSync(
    join(to, ".home/ddev.toml"),
    `repo = "core"\nupgrade_check = false\n[repos]\ncore = ${JSON.stringify(to)}\n`,
  );
  return to;
}
