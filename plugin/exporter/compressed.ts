import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { acceptsGzip } from "./accept.ts";

/** Shorter bodies are in one packet anyway, and larger ones take a processor for seconds; in bytes. */
const [LEAST, MOST] = [1_024, 64 * 1024 * 1024];
/** Half the time of the usual level, for a few more bytes. */
const LEVEL = 3;

const gzipAsync = promisify(gzip);

/** An answer in gzip, where its client accepts that. */
export async function compressed(request: Request, response: Response): Promise<Response> {
  response.headers.append("Vary", "Accept-Encoding");
  if (!acceptsGzip(request.headers.get("Accept-Encoding")) || request.method === "HEAD") return response;
  const body = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  if (body.length < LEAST || body.length > MOST) return new Response(body, { status, headers });
  headers.set("Content-Encoding", "gzip");
  return new Response(new Uint8Array(await gzipAsync(body, { level: LEVEL })), { status, headers });
}
