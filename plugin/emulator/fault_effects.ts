import type { Responses } from "./response.ts";
import type { Fault } from "./faults.ts";
import { toGson } from "./java.ts";
import type { Target } from "./netty.ts";

/** The client went away, or the emulator closes, while a response waited. */
export class ClientGone extends Error {}

/**
 * Waits that many milliseconds.
 *
 * @throws {ClientGone} as soon as the signal is aborted.
 */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new ClientGone());
    };
    if (signal.aborted) return reject(new ClientGone());
    // setTimeout takes 31 bits; longer is for ever.
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** The response that takes the place of the ordinary one, if the fault has one. */
export function replacement(fault: Fault, target: Target, responses: Responses): Response | undefined {
  if (fault.endlessPages === true && target.path === "/models") return responses.json(endlessPage(target));
  if (fault.status === undefined && fault.body === undefined) return undefined;
  const status = fault.status ?? 200;
  const body = fault.body ?? `${toGson({ code: status, type: "InternalServerException", message: "A fault" })}\n`;
  const bodiless = status === 204 || status === 304;
  return new Response(bodiless ? null : body, { status, headers: responses.headers(status, "application/json") });
}

/**
 * What the fault does to a response's headers and body.
 *
 * @param onEnd Called when a body that is sent piece by piece has ended, whichever way.
 */
export async function distort(
  fault: Fault,
  response: Response,
  signal: AbortSignal,
  onEnd: () => void,
): Promise<{ response: Response; streams: boolean }> {
  const { status } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(fault.headers ?? {})) headers.set(name, value);
  const { truncate, disconnect, drip, flood } = fault;
  if (truncate === undefined && disconnect === undefined && drip === undefined && flood === undefined) {
    return { response: new Response(response.body, { status, headers }), streams: false };
  }
  let body = new Uint8Array(await response.arrayBuffer());
  if (truncate !== undefined) body = body.slice(0, truncate);
  if (disconnect === undefined && drip === undefined && flood === undefined) {
    return { response: new Response(body, { status, headers }), streams: false };
  }
  headers.delete("content-length");
  const pieces = piecesOf(body, fault);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = pieces.next();
        if (!done) {
          if (drip !== undefined) await waitFor(drip.everyMs, signal);
          controller.enqueue(value);
          return;
        }
        if (disconnect !== undefined) {
          // Let what was sent leave first. Bun prints the reason of a failed body, unless there is none.
          await waitFor(20, signal);
          controller.error(undefined);
        } else {
          controller.close();
        }
      } catch {
        controller.error(undefined);
      }
      onEnd();
    },
    cancel: onEnd,
  });
  return { response: new Response(stream, { status, headers }), streams: true };
}

function* piecesOf(body: Uint8Array<ArrayBuffer>, fault: Fault): Generator<Uint8Array<ArrayBuffer>, void> {
  if (fault.flood !== undefined) {
    const block = body.length === 0 ? new Uint8Array([32]) : body;
    const times = Math.max(1, Math.ceil(65536 / block.length));
    const piece = new Uint8Array(block.length * times);
    for (let i = 0; i < times; i++) piece.set(block, i * block.length);
    for (let left = fault.flood; left > 0; left -= piece.length) yield piece.slice(0, left);
    return;
  }
  const whole = fault.disconnect === undefined ? body : body.slice(0, fault.disconnect);
  const size = fault.drip?.bytes ?? whole.length;
  for (let from = 0; from < whole.length; from += Math.max(1, size)) yield whole.slice(from, from + Math.max(1, size));
}

function endlessPage(target: Target): string {
  const from = Number(target.parameter("next_page_token") ?? "0") || 0;
  const models = Array.from({ length: 100 }, (_, i) => ({ modelName: `endless_${from + i}`, modelUrl: "endless.mar" }));
  return toGson({ nextPageToken: String(from + 100), models });
}
