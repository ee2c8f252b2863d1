import { textAt } from "./text.ts";

/** Bytes before the load commands of a Mach-O of 64 bits (Apple's `mach-o/loader.h`). */
const HEADER = 32;
const SEGMENT = 0x19;
const CODE_SIGNATURE = 0x1d;

/** One load command: its number, and where it stands. */
interface Command {
  readonly kind: number;
  readonly at: number;
}

/** All load commands of a Mach-O, in their order. */
export function commandsOf(view: DataView): Command[] {
  const commands: Command[] = [];
  let at = HEADER;
  for (let left = view.getUint32(16, true); left > 0; left--) {
    commands.push({ kind: view.getUint32(at, true), at });
    at += view.getUint32(at + 4, true);
  }
  return commands;
}

/** Where a signature is told of and where it stands. */
export interface SignaturePlace {
  /** Of the load command. */
  readonly command: number;
  /** Of the signature itself: all before it is signed. */
  readonly offset: number;
}

/** Where the signature stands; `undefined` in a file that has none. */
export function signaturePlace(view: DataView): SignaturePlace | undefined {
  const command = commandsOf(view).find(({ kind }) => kind === CODE_SIGNATURE)?.at;
  return command === undefined ? undefined : { command, offset: view.getUint32(command + 8, true) };
}

/** Where the load command of a segment stands, and where its part of the file begins and ends. */
export function segment(view: DataView, name: string): { command: number; offset: number; size: number } {
  const found = commandsOf(view).find(({ kind, at }) => kind === SEGMENT && textAt(view, at + 8) === name);
  if (found === undefined) throw new Error(`there is no segment ${name}`);
  const long = (offset: number) => Number(view.getBigUint64(found.at + offset, true));
  return { command: found.at, offset: long(40), size: long(48) };
}
