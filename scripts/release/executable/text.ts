/** The text from an offset up to a zero. */
export function textAt(view: DataView, offset: number): string {
  let end = offset;
  while (view.getUint8(end) !== 0) end++;
  return new TextDecoder("latin1").decode(new Uint8Array(view.buffer, view.byteOffset + offset, end - offset));
}
