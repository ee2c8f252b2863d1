import process from "node:process";

/** What runs this, for people: `Bun 1.4.5, linux x64`. */
export function runtimeName(): string {
  const { bun, deno, node } = process.versions;
  const name = bun !== undefined ? `Bun ${bun}` : deno !== undefined ? `Deno ${deno}` : `Node.js ${node}`;
  return `${name}, ${process.platform} ${process.arch}`;
}
