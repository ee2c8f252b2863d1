import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compileGrok } from "../../plugin/assets/logs/grok/compile.ts";
import { GrokError } from "../../plugin/assets/logs/grok/error.ts";

/** What one rule finds in a text. */
async function found(rule: string, text: string, support = ""): Promise<Record<string, unknown> | undefined> {
  const match = (await compileGrok(support, `rule ${rule}`)).parse(text);
  return match === undefined ? undefined : Object.fromEntries(match.attributes);
}

async function refusal(support: string, match: string): Promise<string> {
  try {
    await compileGrok(support, match);
  } catch (error) {
    assert.ok(error instanceof GrokError, String(error));
    return error.message;
  }
  return "compiled";
}

describe("compileGrok()", () => {
  it("matches what matchers say, and makes numbers and booleans of it", async () => {
    assert.deepEqual(await found("%{integer:a} %{number:b} %{numberStr:c}", "-7 1.5 2.50"), {
      a: -7,
      b: 1.5,
      c: "2.50",
    });
    assert.deepEqual(await found("%{word:a}-%{notSpace:b}", "a_1-b.c"), { a: "a_1", b: "b.c" });
    assert.deepEqual(await found("%{boolean:a} %{boolean:b}", "TRUE false"), { a: true, b: false });
    assert.deepEqual(await found("%{data:a}", "two\nlines"), { a: "two\nlines" });
    assert.deepEqual(await found('%{regex("[a-c]+"):a}%{port:b}', "abc8080"), { a: "abc", b: "8080" });
    for (const host of ["127.0.0.1", "0:0:0:0:0:0:0:1", "fe80::1%eth0", "a-1.example", "localhost"]) {
      assert.deepEqual(await found("%{ipOrHost:a}", host), { a: host });
    }
  });

  it("matches all of a text or nothing", async () => {
    assert.equal(await found("%{integer:a}", "1 "), undefined);
    assert.equal(await found("%{word:a}", "a\n"), undefined);
  });

  it("reads dates as milliseconds of UTC, and leaves out those that the calendar lacks", async () => {
    const date = `%{date("yyyy-MM-dd'T'HH:mm:ss,SSS", "UTC"):at}`;
    assert.deepEqual(await found(date, "2026-11-23T00:44:05,819"), { at: Date.UTC(2026, 10, 23, 0, 44, 5, 819) });
    assert.deepEqual(await found(date, "0001-01-01T00:00:00,000"), { at: -62_135_596_800_000 });
    assert.deepEqual(await found(date, "2026-02-30T00:00:00,000"), {});
    assert.equal(await found(date, "2026-11-23 00:44:05,819"), undefined);
  });

  it("filters what was found", async () => {
    assert.deepEqual(await found("%{integer:a:scale(1000000)}", "13"), { a: 13_000_000 });
    assert.deepEqual(await found("%{notSpace:a:decodeuricomponent}", "my%20model"), { a: "my model" });
    assert.deepEqual(await found("%{notSpace:a:decodeuricomponent}", "%E0%A4%A"), { a: "%E0%A4%A" });
    assert.deepEqual(await found("%{word:a:lowercase} %{word:b:uppercase}", "Ab Ab"), { a: "ab", b: "AB" });
  });

  it("writes out support rules, whose parts and whole are found", async () => {
    const support = "_worker W-%{integer:worker.id}\n\n_thread (%{_worker}|%{word})";
    assert.deepEqual(await found("%{_thread:thread} %{data:text}", "W-9000 x", support), {
      thread: "W-9000",
      "worker.id": 9000,
      text: "x",
    });
    assert.deepEqual(await found("%{_thread:thread}", "main", support), { thread: "main" });
  });

  it("takes the first rule that matches", async () => {
    const grok = await compileGrok("", "number %{integer:a}\nword %{word:b}\nany %{data:c}");
    assert.deepEqual(grok.rules, ["number", "word", "any"]);
    assert.equal(grok.parse("1")?.rule, "number");
    assert.equal(grok.parse("x")?.rule, "word");
    assert.equal(grok.parse("")?.rule, "any");
    assert.deepEqual([...grok.paths], [["a", ["number"]], ["b", ["word"]], ["c", ["any"]]]);
  });

  it("says what is wrong with rules, and in which", async () => {
    assert.match(await refusal("", "lonely"), /"lonely": expected a name, a blank and a rule/);
    assert.match(await refusal("a %{word}\na %{word}", "m x"), /"a": the name of two rules/);
    assert.match(
      await refusal("", "m %{wrd:a}"),
      /rule m: found %\{wrd\}; expected a rule above it or one of notSpace, word/,
    );
    assert.match(await refusal("a %{b}\nb x", "m %{a}"), /rule a: found %\{b\}/);
    assert.match(await refusal("", "m %{word:a"), /rule m: found its end; expected "\}"/);
    assert.match(await refusal("", 'm %{regex("a'), /expected a text in quotes or a number/);
    assert.match(await refusal("", "m %{word:a:scale}"), /rule m: scale takes a number/);
    assert.match(await refusal("", "m %{word:a:half}"), /rule m: found the filter "half"; expected scale/);
    assert.match(await refusal("", "m %{word(1):a}"), /rule m: word takes no arguments/);
    assert.match(await refusal("", "m %{regex(1):a}"), /rule m: regex takes a regular expression/);
    assert.match(await refusal("", 'm %{date("yyyy", "CET"):a}'), /rule m: found the time zone "CET"; expected "UTC"/);
    assert.match(await refusal("", 'm %{date("EEE"):a}'), /rule m: found "EEE" in a date/);
    assert.match(await refusal("", "m (%{word:a}"), /rule m: .*missing closing \)/i);
    assert.match(await refusal("", "m (?<=a)b"), /rule m: /);
    const doubled = Array.from({ length: 30 }, (_, i) => `r${i} ${i === 0 ? "x" : `%{r${i - 1}}%{r${i - 1}}`}`);
    assert.match(await refusal(doubled.join("\n"), "m %{r29}"), /is longer than 65536 characters/);
  });

  it("never throws for a text, nor finds what is not in it", async () => {
    const grok = await compileGrok(
      "_d %{date(\"yyyy-MM-dd'T'HH:mm:ss,SSS\"):t}",
      "a %{_d} (%{word:w} )*%{data:x} - %{notSpace:y}%{data:z}\nb %{word:w}(%{data:x}-)?%{data:y}",
    );
    const piece = fc.constantFrom("2026-11-23T00:44:05,819", " - ", "-", " ", "x", "\n", "%{", "\u{1f600}", "\ud800");
    const text = fc.oneof(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")), fc.string());
    fc.assert(fc.property(text, (line) => {
      for (const value of grok.parse(line)?.attributes.values() ?? []) {
        assert.ok(typeof value === "number" || line.includes(String(value)));
      }
    }));
  });

  it("reads a text that backtracking engines do not come to an end with", async () => {
    const { parse } = await compileGrok("", 'm (%{regex("(a+)+")}x|%{regex("(a|a)*")}y|%{data}%{data}%{data}z)');
    assert.equal(parse("a".repeat(5_000)), undefined);
  });
});
