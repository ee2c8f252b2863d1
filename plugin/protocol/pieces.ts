/** Text, or bytes of it. */
export type Piece = string | Uint8Array;

/** JSON in pieces; bytes are valid until the next piece is asked for, with `onWritten` until that is called. */
export interface JsonPieces {
  readonly pieces: Iterable<Piece>;
  readonly onWritten?: (() => void) | undefined;
}

/** Takes one line, newline included, in as many pieces as its writer found convenient; see {@linkcode JsonPieces}. */
export type WriteLine = (pieces: Iterable<Piece>, onWritten?: () => void) => void;

/** All pieces together. */
export function textOf(pieces: Iterable<Piece>): string {
  const decoder = new TextDecoder();
  let text = "";
  for (const piece of pieces) text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
  return text;
}
