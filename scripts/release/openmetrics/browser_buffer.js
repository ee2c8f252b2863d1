// What openmetrics-ts uses of node:buffer, for browsers, which have no such module.
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { fatal: true });
/** As many arguments as every engine takes. */
const CHUNK = 8192;

class Bytes {
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  toString(encoding, start, end) {
    const part = this.#bytes.subarray(start, end);
    if (encoding === "utf8") return decoder.decode(part);
    let text = "";
    for (let i = 0; i < part.length; i += CHUNK) text += String.fromCharCode(...part.subarray(i, i + CHUNK));
    return text;
  }
}

export const Buffer = {
  /** The bytes of a text; or bytes of a buffer, with what makes texts of them. */
  from(source, offset, length) {
    return typeof source === "string" ? encoder.encode(source) : new Bytes(new Uint8Array(source, offset, length));
  },
};

export function isAscii(bytes) {
  return bytes.every((byte) => byte < 128);
}

export function isUtf8(bytes) {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
