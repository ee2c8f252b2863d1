import type { Inspection } from "./inspection.ts";
import { textAt } from "./text.ts";

const MACHINES: Readonly<Record<number, Inspection["machine"]>> = { 0x8664: "x64", 0xaa64: "arm64" };
/** Bytes of the descriptor of one library. */
const DESCRIPTOR = 20;

/** A PE of 64 bits, by Microsoft's PE format. */
export function inspectPe(view: DataView): Inspection {
  const header = view.getUint32(0x3c, true);
  const [sections, optionalSize] = [view.getUint16(header + 6, true), view.getUint16(header + 20, true)];
  const optional = header + 24;
  if (view.getUint16(optional, true) !== 0x20b) throw new Error("a PE that is not of 64 bits");
  const table = Array.from({ length: sections }, (_, i) => {
    const at = optional + optionalSize + i * 40;
    return {
      address: view.getUint32(at + 12, true),
      size: view.getUint32(at + 16, true),
      offset: view.getUint32(at + 20, true),
    };
  });
  const offsetOf = (address: number) => {
    const section = table.find((section) => address >= section.address && address < section.address + section.size);
    if (section === undefined) throw new Error(`the address ${address.toString(16)} is in no section`);
    return section.offset + address - section.address;
  };
  const libraries: string[] = [];
  // The second directory is that of imports.
  for (let at = offsetOf(view.getUint32(optional + 120, true)); view.getUint32(at + 12, true) !== 0; at += DESCRIPTOR) {
    libraries.push(textAt(view, offsetOf(view.getUint32(at + 12, true))));
  }
  return {
    format: "PE",
    machine: MACHINES[view.getUint16(header + 4, true)] ?? "other",
    libraries,
  };
}
