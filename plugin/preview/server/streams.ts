import type { Collector } from "../collect/mod.ts";
import { makeFrame } from "../make_frame.ts";
import { type View, viewKey } from "../view.ts";

/** Pages that may look at a time. */
const MOST_STREAMS = 16;

/** Sends frames to the pages that look, one after each round; views that are equal are evaluated once. */
export class Streams {
  readonly #frames = new Map<string, Uint8Array<ArrayBuffer>>();
  #open = 0;

  constructor(private readonly collector: Collector) {
    collector.onRound(() => this.#frames.clear());
  }

  /** Server-sent events of a view; `undefined` where too many look already. @param gone aborted when the page goes */
  open(view: View, gone: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
    if (this.#open >= MOST_STREAMS) return undefined;
    this.#open++;
    let shown = -1;
    let wake = () => {};
    let isEnded = false;
    const stopListening = this.collector.onRound(() => wake());
    const end = () => {
      if (isEnded) return;
      isEnded = true;
      this.#open--;
      stopListening();
      wake();
    };
    gone.addEventListener("abort", end, { once: true });
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      // A page that reads slowly gets the newest frame when it is ready for one, and none piles up.
      pull: async (controller) => {
        const { history } = this.collector;
        while (!isEnded && history.rounds === shown) await new Promise<void>((resolve) => wake = resolve);
        if (isEnded) return controller.close();
        shown = history.rounds;
        controller.enqueue(this.#frameOf(view));
      },
      cancel: end,
    }, { highWaterMark: 0 });
  }

  #frameOf(view: View): Uint8Array<ArrayBuffer> {
    const key = viewKey(view);
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const frame = JSON.stringify(makeFrame(this.collector.history, view));
    const bytes = new TextEncoder().encode(`data: ${frame}\n\n`);
    this.#frames.set(key, bytes);
    return bytes;
  }
}
