import { inspectElf } from "./elf.ts";
import { inspectMachO } from "./macho.ts";
import { inspectPe } from "./pe.ts";

/** What an executable says of itself. */
export interface Inspection {
  readonly format: "ELF" | "Mach-O" | "PE";
  readonly machine: "x64" | "arm64" | "other";
  /** What loads it (ELF). */
  readonly interpreter?: string;
  /** The libraries that must be there. */
  readonly libraries: readonly string[];
  /** The oldest system that it runs on: `glibc 2.17`, `macOS 13.0`. */
  readonly system?: string;
  /** How it is signed (Mach-O). */
  readonly signature?: Signature;
}

/** The signature of a Mach-O, read back: every page of the file is held against its digest. */
export interface Signature {
  readonly identifier: string;
  /** By nobody, which is all that the system demands to run it. */
  readonly isAdHoc: boolean;
  readonly pages: number;
  /** Pages that are not what was signed; such a program is killed. */
  readonly wrongPages: number;
}

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
