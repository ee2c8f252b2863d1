import { Buffer } from "node:buffer";
import type { MethodResult } from "./method.ts";
import type { JsonPieces, Piece, WriteLine } from "./pieces.ts";
import { errorLine, type Id, notificationLine, resultLine, resultPieces, RPC } from "./rpc.ts";
import { type Split, splitValue } from "./split.ts";

/**
 * Writes the reply to a request: one line, or, where the host has a line limit that it would exceed, parts and the rest
 * (docs/protocol.md).
 *
 * @param maxBytes the longest line that the host reads, newline included; `undefined`: any
 */
export function writeReply(id: Id, result: MethodResult, maxBytes: number | undefined, write: WriteLine): void {
  const { pieces, onWritten }: JsonPieces = result.json?.() ?? { pieces: [JSON.stringify(result.value)] };
  if (maxBytes === undefined) write(resultPieces(id, pieces), onWritten);
  else {
    const whole = textWithin(resultPieces(id, pieces), maxBytes);
    onWritten?.();
    if (whole !== undefined) write([whole]);
    else writeParts(id, result, maxBytes, write);
  }
  result.onDone?.();
}

/** All pieces together; `undefined` where they have more bytes than that. */
function textWithin(pieces: Iterable<Piece>, maxBytes: number): string | undefined {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (const piece of pieces) {
    bytes += typeof piece === "string" ? Buffer.byteLength(piece) : piece.length;
    if (bytes > maxBytes) return undefined;
    text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
  }
  return text;
}

function writeParts(id: Id, result: MethodResult, maxBytes: number, write: WriteLine): void {
  const part = (json: string) => notificationLine("report", `{"id":${JSON.stringify(id)},"part":${json}}`);
  const free = maxBytes - Buffer.byteLength(part("")) - Buffer.byteLength(JSON.stringify(id)) * 3;
  const cut = result.inLines === undefined ? undefined : splitValue(result.inLines(free), free);
  const split = cut?.dropped === 0 ? cut : splitOrDrop(result.value, free, maxBytes);
  if (split === undefined) {
    const message = `the result cannot be cut into lines of ${maxBytes} bytes (max_message_bytes)`;
    write([errorLine(id, { code: RPC.internalError, message })]);
    return;
  }
  for (const json of split.parts) write([part(json)]);
  write([resultLine(id, split.rest)]);
}

/** Cuts a value; elements that fit no line are left out, which a report says. */
function splitOrDrop(value: unknown, free: number, maxBytes: number): Split | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const split = splitValue(value, free);
  if (split === undefined || split.dropped === 0 || !("warnings" in value) || !Array.isArray(value.warnings)) {
    return split;
  }
  const said = `max_message_bytes: limit ${maxBytes}, ${split.dropped} elements are longer and were dropped`;
  return splitValue({ ...value, warnings: [...value.warnings, { code: "limit", message: said }] }, free);
}
