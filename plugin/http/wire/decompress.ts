import type { Transform } from "node:stream";
import { clip } from "../../text/mod.ts";
import { BodyCollector } from "./body.ts";
import { HttpError } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

/** What the client says that it can decode. */
export const ACCEPT_ENCODING = "gzip, deflate, br, zstd";

/** More codings in a row than this are an attack, not an answer. */
const MAX_CODINGS = 4;
const SLICE = 64 * 1024;
const BROKEN = "see what the server, or a proxy before it, sends as Content-Encoding";

/** What a body is decoded for. */
export interface Decoding {
  /** Bytes, after decoding. */
  readonly maxBytes: number;
  readonly exchange: Exchange;
  /** Hears of each coding that does not exist: `utf-8`, which is a charset, or `none`. */
  readonly onUnknown: (coding: string) => void;
}

/**
 * Undoes the `content-encoding` of a body (RFC 9110, 8.4), the last coding first. A coding that is not known is passed
 * over: servers put there what belongs elsewhere, and the body is plain.
 *
 * Every stage stops at `maxBytes`, whatever a bomb would become.
 *
 * @throws {HttpError} `limit` for a body that is larger; `http` for one that is broken or cut short.
 */
export async function decompress(body: Uint8Array, contentEncoding: string, decoding: Decoding): Promise<Uint8Array> {
  const codings = contentEncoding.toLowerCase().split(",", MAX_CODINGS + 1).map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length === 0 || body.length === 0) return body;
  const { address } = decoding.exchange;
  if (codings.length > MAX_CODINGS) {
    throw new HttpError(
      "http",
      `${address} answers with more than ${MAX_CODINGS} content codings on top of each other`,
      "see what the server, or a proxy before it, sends as Content-Encoding",
    );
  }
  let decoded = body;
  for (const coding of codings.reverse()) {
    const decoder = await decoderFor(coding, decoded);
    if (decoder === undefined) decoding.onUnknown(clip(coding, 40));
    else decoded = await run(decoder, decoded, coding, decoding);
  }
  return decoded;
}

async function decoderFor(coding: string, body: Uint8Array): Promise<Transform | undefined> {
  const zlib = await import("node:zlib");
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return zlib.createGunzip();
    case "deflate":
      return isZlib(body) ? zlib.createInflate() : zlib.createInflateRaw();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      return zlib.createZstdDecompress();
    default:
      return undefined;
  }
}

/** The two bytes of RFC 1950, 2.2; some servers send bare deflate data instead. */
function isZlib(body: Uint8Array): boolean {
  const [first = 0, second = 0] = body;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

function run(
  decoder: Transform,
  body: Uint8Array,
  coding: string,
  { maxBytes, exchange }: Decoding,
): Promise<Uint8Array> {
  const { address } = exchange;
  return new Promise((resolve, reject) => {
    const decoded = new BodyCollector(address, maxBytes, undefined, " after decompression");
    const stop = (error: unknown) => {
      decoder.destroy();
      reject(error);
    };
    exchange.onAbort(stop);
    decoder.on("data", (piece: Uint8Array) => {
      try {
        decoded.add(piece);
      } catch (error) {
        stop(error);
      }
    });
    decoder.on("error", () => {
      stop(new HttpError("http", `The ${coding} data in the answer of ${address} is broken or cut short`, BROKEN));
    });
    decoder.on("end", () => resolve(decoded.take()));
    void feed(decoder, body);
  });
}

/** In slices, with the decoder's back pressure: a bomb is stopped before the whole of it is decoded. */
async function feed(decoder: Transform, body: Uint8Array): Promise<void> {
  for (let at = 0; at < body.length && !decoder.destroyed; at += SLICE) {
    if (!decoder.write(body.subarray(at, at + SLICE))) {
      await new Promise<void>((resolve) => {
        decoder.once("drain", resolve);
        decoder.once("close", resolve);
      });
    }
  }
  if (!decoder.destroyed) decoder.end();
}
