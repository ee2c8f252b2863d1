import type { Inspection } from "./inspection.ts";
import { commandsOf, signaturePlace } from "./macho_commands.ts";
import { readSignature } from "./signature.ts";
import { textAt } from "./text.ts";

const MACHINES: Readonly<Record<number, Inspection["machine"]>> = { 0x01000007: "x64", 0x0100000c: "arm64" };
const LOAD_LIBRARY = [0xc, 0x80000018, 0x8000001f];
const BUILD_VERSION = 0x32;

/** A Mach-O of 64 bits, by Apple's `mach-o/loader.h`. */
export function inspectMachO(view: DataView): Inspection {
  const commands = commandsOf(view);
  const build = commands.find(({ kind }) => kind === BUILD_VERSION);
  const place = signaturePlace(view);
  return {
    format: "Mach-O",
    machine: MACHINES[view.getUint32(4, true)] ?? "other",
    libraries: commands.filter(({ kind }) => LOAD_LIBRARY.includes(kind))
      .map(({ at }) => textAt(view, at + view.getUint32(at + 8, true))),
    ...build === undefined ? {} : { system: `macOS ${version(view.getUint32(build.at + 12, true))}` },
    ...place === undefined ? {} : { signature: readSignature(view, place.offset) },
  };
}

function version(packed: number): string {
  return `${packed >>> 16}.${packed >>> 8 & 0xff}`;
}
