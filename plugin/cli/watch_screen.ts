import { clipColumns, oneLine } from "../text/mod.ts";

/** The other screen of a terminal, without cursor, and long lines not wrapped; and back to what was there before. */
const [ENTER, LEAVE] = ["\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J", "\u001b[?7h\u001b[?25h\u001b[?1049l"];
/** To the first line; the rest of a line, and of the screen, becomes empty. */
const [HOME, REST_OF_LINE, REST_OF_SCREEN] = ["\u001b[H", "\u001b[K", "\u001b[J"];
/** Most messages that are kept to be told in the end, and that are shown below a frame. */
const [MAX_MESSAGES, SHOWN_MESSAGES] = [100, 2];

/** The size of a terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Draws one text after the other in the same place. Nothing is cleared before it is drawn over, so that nothing flickers.
 * What was on the terminal before is there again in the end.
 */
export class WatchScreen {
  readonly #messages: string[] = [];
  #last = "";
  #isOpen = false;

  /**
   * @param write writes to the terminal
   * @param size asked before each frame
   */
  constructor(readonly write: (text: string) => void, readonly size: () => ScreenSize) {}

  /** Takes the screen. */
  open(): void {
    this.#isOpen = true;
    this.write(ENTER);
  }

  /**
   * Draws a frame. Where there is no room for all of it, each part is shortened, the longest ones first.
   *
   * @param parts lines
   * @param end lines that are always shown, as far as there is room
   */
  draw(parts: readonly string[], end: string): void {
    this.#last = parts.join("") + end;
    const { columns, rows } = this.size();
    const messages = this.#messages.slice(-SHOWN_MESSAGES).map((message) => clipColumns(oneLine(message), columns));
    // The last line stays free, for what is waited for.
    const room = Math.max(1, rows - 1);
    const tail = [...linesOf(end), ...messages].slice(-room);
    const lines = [...shortened(parts.map(linesOf), room - tail.length).flat(), ...tail];
    this.write(`${HOME}${lines.map((line) => `${line}${REST_OF_LINE}\r\n`).join("")}${REST_OF_SCREEN}`);
  }

  /** Keeps a message until the end; the last ones stand below the frames. */
  tell(message: string): void {
    this.#messages.push(message);
    if (this.#messages.length > MAX_MESSAGES) this.#messages.shift();
  }

  /**
   * Gives the screen back.
   *
   * @returns the last frame, whole, and what was told meanwhile
   */
  close(): { readonly last: string; readonly messages: readonly string[] } {
    if (this.#isOpen) this.write(LEAVE);
    this.#isOpen = false;
    return { last: this.#last, messages: this.#messages };
  }
}

/** Parts that have at most so many lines together: those that have less than their share are whole. */
function shortened(parts: readonly (readonly string[])[], room: number): (readonly string[])[] {
  const shares = new Map<number, number>();
  let left = room;
  const shortestFirst = parts.map((lines, i) => [lines.length, i] as const).sort(([a], [b]) => a - b);
  shortestFirst.forEach(([length, i], done) => {
    const share = Math.min(length, Math.floor(left / (parts.length - done)));
    shares.set(i, share);
    left -= share;
  });
  return parts.map((lines, i) => {
    const share = shares.get(i) ?? 0;
    if (lines.length <= share) return lines;
    const more = `    … ${lines.length - share + 1} more lines: a larger terminal, --quiet or --index show them`;
    return share === 0 ? [] : [...lines.slice(0, share - 1), more];
  });
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
