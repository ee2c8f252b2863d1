import { readFile } from "node:fs/promises";
import { inside, type InsidePackage } from "./release/inside.ts";

const text = (name: string) => readFile(new URL(`texts/${name}`, import.meta.url), "utf8");

/** What `torchserve-check licenses` prints, and NOTICE: what is inside an executable, and under which licenses. */
export async function licensesPages(root: URL): Promise<{ readonly page: string; readonly notice: string }> {
  const { packages, runtime } = await inside(root);
  const page = [
    await text("licenses.md"),
    `## Bun ${runtime.version}\n`,
    await text("licenses_bun.md"),
    ...packages.map((entry) => `## ${entry.name} ${entry.version}\n\n${licenseOf(entry, packages)}\n`),
  ].join("\n");
  const rows = packages.map(({ name, version, license, homepage }) => `- ${name} ${version} (${license}), ${homepage}`);
  const notice = [
    await text("notice.txt"),
    `Executables contain Bun ${runtime.version} (MIT; it links WebKit's JavaScriptCore, LGPL-2.0, and others),`,
    "https://bun.com, and these packages. `torchserve-check licenses` prints the licenses of all of them.",
    "",
    ...rows,
    "",
  ].join("\n");
  return { page, notice };
}

/** The text itself; of a package without one, which is made in the repository of another, where it stands. */
function licenseOf({ name, license, homepage, licenseText }: InsidePackage, all: readonly InsidePackage[]): string {
  if (licenseText !== undefined) return licenseText.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
  const sibling = all.find((other) => other.licenseText !== undefined && name.startsWith(`@${other.name}/`));
  if (sibling === undefined) {
    throw new Error(`${name} (${license}) brings no text of its license: find it at ${homepage}`);
  }
  return `Licensed as ${sibling.name} is, in whose repository it is made (${license}).`;
}
