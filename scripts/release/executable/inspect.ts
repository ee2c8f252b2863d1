import { inspectElf } from "./elf.ts";
import type { Inspection } from "./inspection.ts";
import { inspectMachO } from "./macho.ts";
import { inspectPe } from "./pe.ts";

/**
 * Reads the head of an executable.
 *
 * @throws {Error} for a format that no target of ours has
 */
export function inspect(executable: Uint8Array): Inspection {
  const view = new DataView(executable.buffer, executable.byteOffset, executable.byteLength);
  const magic = view.getUint32(0, true);
  if (magic === 0x464c457f) return inspectElf(view);
  if (magic === 0xfeedfacf) return inspectMachO(view);
  if ((magic & 0xffff) === 0x5a4d) return inspectPe(view);
  throw new Error(`starts with ${magic.toString(16)}: expected an ELF, a Mach-O or a PE of 64 bits`);
}
