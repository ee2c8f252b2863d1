import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Waiting } from "../../plugin/cli/waiting.ts";

const CLEAR_LINE = "\r\u001b[K";

/** What was drawn until work of this name ended, which took until something was. */
async function drawn(isTTY: boolean, names: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  let first = () => {};
  const shown = new Promise<void>((resolve) => first = resolve);
  const draw = (text: string) => {
    texts.push(text);
    first();
  };
  const waiting = new Waiting({ isTTY, columns: 60, draw, patienceMs: 5 });
  const work = isTTY ? shown : new Promise<void>((resolve) => setTimeout(resolve, 30));
  for (const name of names) waiting.add(name, work);
  await work;
  await Promise.resolve();
  waiting.end();
  return texts;
}

describe("work that takes long", () => {
  it("is told on one line, which goes again", async () => {
    const [first, last] = await drawn(true, ["management http://a", "inference http://b"]);
    assert.ok(first?.startsWith(CLEAR_LINE));
    assert.match(
      first?.slice(CLEAR_LINE.length) ?? "",
      /^waiting for management http:\/\/a, .* so far, and for 1 more$/,
    );
    assert.equal(last, CLEAR_LINE);
  });

  it("is told in one line of the terminal, whatever it is called", async () => {
    const [first = ""] = await drawn(true, [`management http://\u001b[2J${"a".repeat(200)}`]);
    assert.ok(first.length < CLEAR_LINE.length + 60);
    assert.ok(!first.slice(CLEAR_LINE.length).includes("\u001b"));
  });

  it("is told to nobody where stderr is no terminal", async () => {
    assert.deepEqual(await drawn(false, ["management http://a"]), []);
  });
});
