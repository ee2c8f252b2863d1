import type { Frame } from "../frame.ts";
import { parametersOf, type State } from "./state.ts";

/** Where frames come from: the process, or the page itself. */
export interface Feed {
  /** Whether what is chosen makes other frames. */
  readonly isLive: boolean;
  /** Asks for the frames of a state from now on. */
  follow(state: State): void;
}

export interface Listener {
  onFrame(frame: Frame): void;
  /** @param isConnected whether frames come */
  onConnection(isConnected: boolean): void;
}

/** Frames that the process sends after each run. */
export class LiveFeed implements Feed {
  readonly isLive = true;
  #source: EventSource | undefined;

  constructor(private readonly listener: Listener) {}

  follow(state: State): void {
    this.#source?.close();
    const source = new EventSource(`stream?${parametersOf(state)}`);
    this.#source = source;
    source.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.#source !== source) return;
      this.listener.onConnection(true);
      this.listener.onFrame(JSON.parse(data) as Frame);
    };
    source.onerror = () => this.listener.onConnection(false);
  }

  close(): void {
    this.#source?.close();
    this.#source = undefined;
  }
}

/** Frames that were put into the page when it was saved. */
export class SavedFeed implements Feed {
  readonly isLive = false;

  constructor(private readonly frames: readonly Frame[], private readonly listener: Listener) {}

  follow({ view }: State): void {
    const frame = this.frames.find((one) => one.view === view) ?? this.frames[0];
    if (frame !== undefined) this.listener.onFrame(frame);
  }
}
