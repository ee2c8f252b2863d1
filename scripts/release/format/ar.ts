import { Buffer } from "node:buffer";

/**
 * An ar archive in the common form, as packages of Debian are: members in the given order, of one date.
 *
 * @param date in seconds since the epoch
 */
export function ar(members: readonly (readonly [name: string, content: Uint8Array])[], date: number): Buffer {
  const parts: Uint8Array[] = [Buffer.from("!<arch>\n")];
  for (const [name, content] of members) {
    const fields = [name.padEnd(16), String(date).padEnd(12), "0".padEnd(6), "0".padEnd(6), "100644".padEnd(8)];
    parts.push(Buffer.from(`${fields.join("")}${String(content.length).padEnd(10)}\`\n`), content);
    if (content.length % 2 === 1) parts.push(Buffer.from("\n"));
  }
  return Buffer.concat(parts);
}
