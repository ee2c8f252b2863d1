import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type ScreenSize, WatchScreen } from "../../plugin/cli/watch_screen.ts";

/** What a terminal shows after all that was written to it, of the sequences that are used here. */
class FakeTerminal {
  lines: string[] = [];
  written = "";
  other: string[] = [];
  #row = 0;

  constructor(readonly size: ScreenSize) {}

  readonly write = (text: string) => {
    this.written += text;
    // deno-lint-ignore no-control-regex
    for (const [token] of text.matchAll(/\u001b\[\??\d*[a-zA-Z]|\r\n|[^\u001b\r]+/g)) this.#take(token);
  };

  #take(token: string): void {
    if (token === "\u001b[?1049h") [this.other, this.lines] = [this.lines, []];
    else if (token === "\u001b[?1049l") this.lines = this.other;
    else if (token === "\u001b[H") this.#row = 0;
    else if (token === "\r\n") this.#row++;
    else if (token === "\u001b[J") this.lines.length = this.#row;
    else if (!token.startsWith("\u001b")) this.lines[this.#row] = token;
    else if (token === "\u001b[K") this.lines[this.#row] ??= "";
  }
}

const open = (rows: number) => {
  const terminal = new FakeTerminal({ columns: 40, rows });
  const screen = new WatchScreen(terminal.write, () => terminal.size);
  terminal.lines = ["$ before"];
  screen.open();
  return { terminal, screen };
};

describe("the screen of --watch", () => {
  it("draws a frame over the last one, and nothing of that is left", () => {
    const { terminal, screen } = open(20);
    screen.draw(["head\n", "one\ntwo\nthree\n"], "end\n");
    screen.draw(["head\n", "one\n"], "");
    assert.deepEqual(terminal.lines, ["head", "one"]);
    assert.ok(!terminal.written.slice(terminal.written.indexOf("head")).includes("\u001b[2J"), "it flickers");
  });

  it("leaves the terminal as it was, and has the last frame whole and what was told", () => {
    const { terminal, screen } = open(4);
    screen.draw(["1\n2\n3\n4\n5\n6\n"], "end\n");
    screen.tell("warning: odd\u001b[2J");
    const { last, messages } = screen.close();
    assert.deepEqual(terminal.lines, ["$ before"]);
    assert.equal(last, "1\n2\n3\n4\n5\n6\nend\n");
    assert.equal(messages.length, 1);
    for (const [on, off] of [["?25l", "?25h"], ["?7l", "?7h"], ["?1049h", "?1049l"]] as const) {
      assert.ok(terminal.written.indexOf(`[${on}`) < terminal.written.lastIndexOf(`[${off}`), on);
    }
  });

  it("shows the last messages below the frame, on one line each", () => {
    const { terminal, screen } = open(10);
    for (const i of [1, 2, 3]) screen.tell(`warning: ${i} ${"x".repeat(60)}\nforged`);
    screen.draw(["body\n"], "end\n");
    assert.deepEqual(terminal.lines.map((line) => line.slice(0, 10)), ["body", "end", "warning: 2", "warning: 3"]);
    for (const line of terminal.lines) assert.ok(line.length <= 40);
  });

  it("shortens the longest parts where there is no room, and keeps the end", () => {
    const { terminal, screen } = open(10);
    const long = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}\n`).join("");
    screen.draw([long("a", 2), long("b", 50), long("c", 30)], "end\n");
    assert.deepEqual(terminal.lines.map((line) => line.trim().slice(0, 8)), [
      "a0",
      "a1",
      "b0",
      "b1",
      "… 48 mor",
      "c0",
      "c1",
      "… 28 mor",
      "end",
    ]);
  });

  it("never draws more lines than there are", () => {
    const parts = fc.array(fc.nat(30), { maxLength: 5 });
    fc.assert(fc.property(parts, fc.nat(5), fc.integer({ min: 1, max: 40 }), (lengths, ends, rows) => {
      const { terminal, screen } = open(rows);
      screen.draw(lengths.map((length) => "x\n".repeat(length)), "end\n".repeat(ends));
      assert.ok(terminal.lines.length <= Math.max(1, rows - 1));
    }));
  });
});
