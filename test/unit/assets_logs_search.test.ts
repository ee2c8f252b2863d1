import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fieldsOf, matchesSearch, type Searched } from "../../plugin/assets/logs/search/match.ts";
import { parseSearch, SearchError } from "../../plugin/assets/logs/search/parse.ts";

const log: Searched = {
  attribute: (path) => new Map<string, unknown>([["code", 503], ["name", "Alpha model"], ["empty", ""]]).get(path),
  tag: (name) => new Map([["source", ["torchserve"]], ["model", ["alpha", "beta"]]]).get(name) ?? [],
};

const finds = (search: string) => matchesSearch(parseSearch(search), log);

describe("parseSearch() and matchesSearch()", () => {
  it("know values, in any case, with * for any text", () => {
    for (
      const search of [
        "",
        "*",
        "source:torchserve",
        "source:Torch*",
        "@name:alpha*",
        '@name:"alpha model"',
        "@name:*ph*el",
      ]
    ) {
      assert.ok(finds(search), search);
    }
    for (const search of ["source:torch", "@name:beta*", "@name:*l*m*x", "@name:alphaalpha*", "nothing:x"]) {
      assert.ok(!finds(search), search);
    }
  });

  it("know numbers, and what is there at all", () => {
    for (const search of ["@code:503", "@code:>=503", "@code:<504", "@code:[500 TO 599]", "@code:*", "@empty:*"]) {
      assert.ok(finds(search), search);
    }
    for (const search of ["@code:>503", "@code:[1 TO 2]", "@name:>1", "@absent:*", "@absent:>=0"]) {
      assert.ok(!finds(search), search);
    }
  });

  it("know values to choose from, AND, OR, - and parentheses", () => {
    for (
      const search of [
        "@code:(1 OR 503)",
        "model:beta @code:503",
        "model:beta AND @code:503",
        "@code:1 OR model:alpha",
        "-@code:1",
        "NOT @code:1",
        "-(@code:1 OR model:gamma)",
        "source:torchserve (@code:>=900 OR model:beta)",
      ]
    ) assert.ok(finds(search), search);
    for (const search of ["@code:(1 OR 2)", "model:beta @code:1", "-model:beta", "@code:1 OR model:gamma"]) {
      assert.ok(!finds(search), search);
    }
  });

  it("name what they look at", () => {
    assert.deepEqual(fieldsOf(parseSearch("source:a (@b.c:1 OR -@d:*)")), ["source", "@b.c", "@d"]);
  });

  it("say what is wrong with a search, and where", () => {
    const wrong = (search: string) => {
      try {
        parseSearch(search);
      } catch (error) {
        assert.ok(error instanceof SearchError);
        return error.message;
      }
      return "read";
    };
    assert.equal(wrong("torchserve"), 'found "torchserve"; expected FIELD:VALUE');
    assert.equal(wrong("@code:>x"), 'found "x"; expected a number');
    assert.equal(wrong("@code:[1 2]"), 'found "2]"; expected TO');
    assert.equal(wrong("(source:a"), 'found its end; expected ")"');
    assert.equal(wrong('source:"a'), 'found "a"; expected a closing "');
    assert.equal(wrong("source:"), "found its end; expected a value");
    assert.equal(wrong("source:a)"), 'found ")"; expected its end');
    assert.equal(wrong("source:a OR"), 'found "OR"; expected its end');
  });

  it("never throw but for what cannot be read", () => {
    const piece = fc.constantFrom("source:a", "@b:", "*", "(", ")", " OR ", " AND ", "-", "[1 TO 2]", ">=3", '"', " ");
    fc.assert(fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      try {
        matchesSearch(parseSearch(pieces.join("")), log);
      } catch (error) {
        assert.ok(error instanceof SearchError, String(error));
      }
    }));
  });
});
