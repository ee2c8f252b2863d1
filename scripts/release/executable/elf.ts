import type { Inspection } from "./inspection.ts";
import { textAt } from "./text.ts";

const LOAD = 1;
const DYNAMIC = 2;
const INTERPRETER = 3;

const NEEDED = 1;
const STRINGS = 5;
const VERSIONS_NEEDED = 0x6ffffffe;
const VERSIONS_NEEDED_COUNT = 0x6fffffff;

const MACHINES: Readonly<Record<number, Inspection["machine"]>> = { 0x3e: "x64", 0xb7: "arm64" };

/** An ELF of 64 bits, by the System V ABI. */
export function inspectElf(view: DataView): Inspection {
  const long = (offset: number) => Number(view.getBigUint64(offset, true));
  const [table, size, count] = [long(32), view.getUint16(54, true), view.getUint16(56, true)];
  const segments = Array.from({ length: count }, (_, i) => {
    const at = table + i * size;
    return { type: view.getUint32(at, true), offset: long(at + 8), address: long(at + 16), size: long(at + 32) };
  });
  const offsetOf = (address: number) => {
    const segment = segments.find((segment) =>
      segment.type === LOAD && address >= segment.address && address < segment.address + segment.size
    );
    if (segment === undefined) throw new Error(`the address ${address.toString(16)} is in no segment`);
    return segment.offset + address - segment.address;
  };
  const interpreter = segments.find(({ type }) => type === INTERPRETER);
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  const tags: [tag: number, value: number][] = [];
  for (let at = dynamic?.offset ?? 0; dynamic !== undefined && at < dynamic.offset + dynamic.size; at += 16) {
    tags.push([long(at), long(at + 8)]);
  }
  const value = (wanted: number) => tags.find(([tag]) => tag === wanted)?.[1];
  const strings = offsetOf(value(STRINGS) ?? 0);
  const glibc = newest(versionsNeeded(view, strings, value(VERSIONS_NEEDED), value(VERSIONS_NEEDED_COUNT), offsetOf));
  return {
    format: "ELF",
    machine: MACHINES[view.getUint16(18, true)] ?? "other",
    ...interpreter === undefined ? {} : { interpreter: textAt(view, interpreter.offset) },
    libraries: tags.filter(([tag]) => tag === NEEDED).map(([, offset]) => textAt(view, strings + offset)),
    ...glibc === undefined ? {} : { system: `glibc ${glibc}` },
  };
}

/** The names of the versions that it needs of its libraries, such as `GLIBC_2.17`. */
function versionsNeeded(
  view: DataView,
  strings: number,
  address: number | undefined,
  count = 0,
  offsetOf: (address: number) => number,
): string[] {
  const names: string[] = [];
  let file = address === undefined ? 0 : offsetOf(address);
  for (let i = 0; i < count; i++) {
    let version = file + view.getUint32(file + 8, true);
    for (let left = view.getUint16(file + 2, true); left > 0; left--) {
      names.push(textAt(view, strings + view.getUint32(version + 8, true)));
      version += view.getUint32(version + 12, true);
    }
    file += view.getUint32(file + 12, true);
  }
  return names;
}

function newest(names: readonly string[]): string | undefined {
  const versions = names.flatMap((name) => /^GLIBC_(\d+\.\d+)/.exec(name)?.[1] ?? []);
  const minor = (version: string) => Number(version.split(".")[1]);
  return versions.sort((a, b) => minor(b) - minor(a))[0];
}
