import type { Fault } from "./http_faults.ts";
import { answer, type Asked } from "./servers.ts";

/** The fields of a request whose values may be secrets, as one line. */
const said = ({ header }: Asked) =>
  header.split("\r\n").filter((line) => /^(authorization|cookie|x-|proxy-)/i.test(line)).join("; ");
/** Their values alone. */
const value = (asked: Asked) => said(asked).replace(/^[\w-]+: /, "");

const echo = (make: (asked: Asked) => Uint8Array): Fault => ({
  serve: (socket, asked) => void socket.end(make(asked)),
  ends: /./,
});

/** A JSON error as TorchServe's, with this message. */
const error = (message: string) => JSON.stringify({ code: 400, type: "BadRequestException", message });
const HTML = { "Content-Type": "text/html" };
const JSON_TYPE = { "Content-Type": "application/json" };

/** Servers that repeat the credentials that they were sent. */
export const ECHO_FAULTS: Readonly<Record<string, Fault>> = {
  "echoes credentials in the reason": echo((asked) => answer(`500 ${said(asked)}`, "")),
  "echoes credentials in an error": echo((asked) => answer(400, error(said(asked)), JSON_TYPE)),
  "echoes credentials at the end of an excerpt": echo((asked) =>
    answer(400, error("x".repeat(180) + value(asked)), JSON_TYPE)
  ),
  "echoes credentials in a token error": echo((asked) =>
    answer(400, error(said(asked)).replace("BadRequest", "InvalidKey"), JSON_TYPE)
  ),
  "echoes credentials in a challenge": echo((asked) =>
    answer(401, error(said(asked)), { "WWW-Authenticate": `Digest realm="${value(asked)}", nonce="${value(asked)}"` })
  ),
  "echoes credentials in a proxy's page": echo((asked) => answer(502, `<html><title>${said(asked)}</title>`, HTML)),
  "echoes credentials in fields": echo((asked) => answer(502, "no", { Server: value(asked), Via: value(asked) })),
  "echoes credentials in a good page": echo((asked) => answer(200, `<html><title>${said(asked)}</title>`, HTML)),
  "echoes credentials in a bad line": echo((asked) => answer(200, `metric "${said(asked)}\n`)),
  "echoes credentials in JSON": echo((asked) =>
    answer(200, JSON.stringify({ models: said(asked), status: said(asked) }), JSON_TYPE)
  ),
  "echoes credentials in a page token": echo((asked) =>
    answer(200, JSON.stringify({ models: [{ modelName: "alpha" }], nextPageToken: value(asked) }), JSON_TYPE)
  ),
  "echoes credentials in a content coding": echo((asked) =>
    answer(200, "x", { "Content-Encoding": value(asked).replace(/[, ]/g, "") || "x" })
  ),
  "echoes credentials in a redirect": echo((asked) =>
    answer("302 There", "", { Location: `http://127.0.0.1:1/?${value(asked)}` })
  ),
  "echoes credentials in a redirect to nowhere": echo((asked) =>
    answer("302 There", "", { Location: `x-other:${value(asked)}` })
  ),
  "echoes credentials in a broken header": echo((asked) =>
    new TextEncoder().encode(`${value(asked)} HTTP/9 200 OK\r\n\r\n`)
  ),
};
