import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DASHBOARDS } from "../../plugin/assets/description/dashboards/mod.ts";
import { MONITORS } from "../../plugin/assets/description/monitors/mod.ts";
import { querySetsOf } from "../../plugin/assets/description/widget_queries.ts";
import {
  checkExpression,
  type Condition,
  type Expression,
  type MetricQuery,
  parseCheckCondition,
  parseEventCondition,
  parseExpression,
  parseFormula,
  parseMetricCondition,
  parseMetricQuery,
  printCondition,
  printExpression,
  printMetricQuery,
  QuerySyntaxError,
} from "../../plugin/assets/query/mod.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";

/** Without places, which generated queries do not have. */
const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner) => /^at$|At$/.test(key) ? undefined : inner));

const at = fc.constant({ start: 0, end: 0 });
const space = fc.constantFrom("avg", "sum", "min", "max");
const tagName = fc.stringMatching(/^[a-z][a-z0-9_./-]{0,8}$/);
const tagValue = fc.oneof(
  fc.stringMatching(/^[a-z0-9_./:-]{1,8}$/),
  fc.constantFrom('"', "(", ")", "a.as_count()", "!b", "é", "😀"),
);
const by = fc.array(fc.record({ name: tagName, at }), { maxLength: 3 });
const number = fc.oneof(fc.nat(), fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }));
const metricQuery = fc.record({
  kind: fc.constant("metric"),
  space,
  metric: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.]{0,12}$/),
  metricAt: at,
  scope: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("tag"), key: tagName, value: tagValue, negated: fc.boolean(), at }),
      fc.record({
        kind: fc.constant("variable"),
        name: fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/),
        negated: fc.boolean(),
        at,
      }),
    ),
    { maxLength: 4 },
  ),
  by,
  as: fc.constantFrom("count", "rate"),
  rollup: fc.record({ method: space, seconds: fc.nat({ max: 9_999_999 }) }, { requiredKeys: ["method"] }),
  at,
}, { requiredKeys: ["kind", "space", "metric", "metricAt", "scope", "by", "at"] }) as fc.Arbitrary<MetricQuery>;

/** Arithmetic of any shape over the given leaves. */
function expressionOver(leaf: fc.Arbitrary<unknown>): fc.Arbitrary<Expression> {
  return fc.letrec((tie) => ({
    expression: fc.oneof(
      { maxDepth: 6, depthSize: "large" },
      leaf,
      fc.record({ kind: fc.constant("number"), value: number, at }),
      fc.record({ kind: fc.constant("negation"), of: tie("expression"), at }),
      fc.record({
        kind: fc.constant("operation"),
        operator: fc.constantFrom("+", "-", "*", "/"),
        left: tie("expression"),
        right: tie("expression"),
        at,
      }),
      fc.record({
        kind: fc.constant("call"),
        name: fc.constantFrom("abs", "count_nonzero", "default_zero"),
        args: fc.tuple(tie("expression")),
        at,
      }),
      fc.record({
        kind: fc.constant("call"),
        name: fc.constant("clamp_min"),
        args: fc.tuple(tie("expression"), fc.record({ kind: fc.constant("number"), value: number, at })),
        at,
      }),
    ),
  })).expression as fc.Arbitrary<Expression>;
}

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/).map((one) => ({
  kind: "name",
  name: one,
  at: { start: 0, end: 0 },
}));
const formula = expressionOver(name);
const window = fc.tuple(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom(60, 3_600, 86_400, 604_800))
  .map(([count, unit]) => ({ seconds: count * unit, at: { start: 0, end: 0 } }));
const compared = {
  comparison: fc.constantFrom(">", ">=", "<", "<="),
  threshold: fc.oneof(number, number.map((value) => -value)),
  thresholdAt: at,
};
const quoted = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll('"', "'"));
const quotedBy = fc.array(fc.record({ name: quoted, at }), { maxLength: 3 });
const condition = fc.oneof(
  fc.record({
    kind: fc.constant("metric"),
    method: space,
    window,
    change: fc.record({ as: fc.constantFrom("pct_change", "change"), ago: window }),
    expression: expressionOver(metricQuery),
    ...compared,
  }, { requiredKeys: ["kind", "method", "window", "expression", "comparison", "threshold", "thresholdAt"] }),
  fc.record({
    kind: fc.constant("check"),
    check: quoted,
    checkAt: at,
    over: fc.array(fc.record({ tag: quoted.filter((tag) => tag !== "*"), at }), { maxLength: 3 }),
    by: quotedBy,
    last: fc.integer({ min: 1, max: 999_999 }),
    lastAt: at,
  }),
  fc.record({ kind: fc.constant("event"), search: quoted, by: quotedBy, window, ...compared }),
) as fc.Arbitrary<Condition>;

const parseCondition = { metric: parseMetricCondition, check: parseCheckCondition, event: parseEventCondition };

/** The parts of arithmetic, itself among them. */
function partsOf(expression: Expression): Expression[] {
  const inner = expression.kind === "operation"
    ? [expression.left, expression.right]
    : expression.kind === "negation"
    ? [expression.of]
    : expression.kind === "call"
    ? expression.args
    : [];
  return [expression, ...inner.flatMap(partsOf)];
}

const SHIPPED: readonly (readonly [(text: string) => unknown, string])[] = [
  ...DASHBOARDS.flatMap(({ groups }) =>
    groups.flatMap(({ widgets }) => widgets.map(({ widget }) => querySetsOf(widget)).flat())
  ).flatMap((
    set,
  ) => [
    ...Object.values(set.queries).map((text) => [parseMetricQuery, text] as const),
    ...set.formulas.map((text) => [parseFormula, text] as const),
  ]),
  ...MONITORS.map(({ kind, query }) => [parseCondition[kind], query] as const),
];

describe("queries of any shape", () => {
  it("are read as they were printed", () => {
    fc.assert(fc.property(metricQuery, (query) => {
      assert.deepEqual(bare(parseMetricQuery(printMetricQuery(query))), bare(query));
    }));
    fc.assert(fc.property(formula, (one) => {
      assert.deepEqual(bare(parseFormula(printExpression(one))), bare(one));
    }));
    fc.assert(fc.property(condition, (one) => {
      assert.deepEqual(bare(parseCondition[one.kind](printCondition(one))), bare(one));
    }));
  });

  it("that nest as deep or are as long as can be are printed so that they are read again", () => {
    const texts = [
      `a${" - a".repeat(900)}`,
      `${"-".repeat(50)}a`,
      `${"a * -(".repeat(25)}a${")".repeat(25)}`,
      `${"(a - ".repeat(50)}a${")".repeat(50)}`,
    ];
    for (const text of texts) {
      const read = parseFormula(text);
      assert.deepEqual(bare(parseFormula(printExpression(read))), bare(read), text.slice(0, 20));
    }
  });

  it("know where each of their parts stands: read alone, it is the same", () => {
    fc.assert(fc.property(expressionOver(metricQuery), (one) => {
      const text = printExpression(one);
      for (const part of partsOf(parseExpression(text))) {
        const alone = text.slice(part.at.start, part.at.end);
        assert.deepEqual(bare(parseExpression(alone)), bare(part), alone);
      }
    }));
    fc.assert(fc.property(metricQuery, (query) => {
      const text = printMetricQuery(query);
      const { metric, metricAt, scope, by } = parseMetricQuery(text);
      assert.equal(text.slice(metricAt.start, metricAt.end), metric);
      for (const { name, at } of by) assert.equal(text.slice(at.start, at.end), name);
      for (const term of scope) {
        const shown = term.kind === "tag" ? `${term.key}:${term.value}` : `$${term.name}`;
        assert.equal(text.slice(term.at.start, term.at.end), `${term.negated ? "!" : ""}${shown}`);
      }
    }));
  });

  it("bind their operators as JavaScript does", () => {
    const names = fc.constantFrom("a", "b", "c").map((one) => ({ kind: "name", name: one, at: { start: 0, end: 0 } }));
    const valueOf = (node: Expression): number => {
      if (node.kind === "number") return node.value;
      if (node.kind === "name") return { a: 2, b: 3, c: 5 }[node.name] ?? NaN;
      if (node.kind === "negation") return -valueOf(node.of);
      if (node.kind === "call") return Math.abs(valueOf(node.args[0] as Expression));
      assert.equal(node.kind, "operation");
      const [left, right] = node.kind === "operation" ? [valueOf(node.left), valueOf(node.right)] : [NaN, NaN];
      const operator = node.kind === "operation" ? node.operator : "";
      return operator === "+"
        ? left + right
        : operator === "-"
        ? left - right
        : operator === "*"
        ? left * right
        : left / right;
    };
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.constantFrom(" + ", " - ", " * ", " / ", " - -", " * ("))), (parts) => {
        const open = parts.filter(([, operator]) => operator === " * (").length;
        const text = `${parts.map(([one, operator]) => `${one.name}${operator}`).join("")}a${")".repeat(open)}`;
        if (open > 50) return;
        const expected = new Function("a", "b", "c", `return ${text}`)(2, 3, 5) as number;
        assert.ok(Object.is(valueOf(parseFormula(text)), expected), text);
      }),
    );
  });
});

describe("shipped queries", () => {
  it("with a slip in them are read or refused, and what is quoted stands where it is said to", () => {
    const slip = fc.record({
      query: fc.constantFrom(...SHIPPED),
      where: fc.double({ min: 0, max: 1, noNaN: true }),
      left: fc.nat({ max: 3 }),
      put: fc.oneof(fc.constant(""), fc.constantFrom(...'{}()[],:."$!*-+/ 1ex\n'), fc.string({ maxLength: 2 })),
    });
    fc.assert(
      fc.property(slip, ({ query: [parse, text], where, left, put }) => {
        const offset = Math.floor(where * text.length);
        const wrong = `${text.slice(0, offset)}${put}${text.slice(offset + left)}`;
        try {
          parse(wrong);
        } catch (thrown) {
          if (!(thrown instanceof QuerySyntaxError)) throw thrown;
          assert.ok(thrown.offset >= 0 && thrown.offset <= wrong.length, wrong);
          assert.ok(wrong.startsWith(thrown.wrong, thrown.offset), `${wrong}: ${thrown.message}`);
          assert.equal(thrown.wrong === "", thrown.offset === wrong.length, `${wrong}: ${thrown.message}`);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("are checked whatever they ask for, and every issue is about a part of the text", async () => {
    const metrics = await loadCatalogue();
    const variables = new Map([["host", "host"]]);
    const known = metricQuery.chain((query) =>
      fc.constantFrom(query.metric, ...metrics.keys()).map((metric) => ({ ...query, metric }))
    );
    fc.assert(fc.property(expressionOver(known), (one) => {
      const text = printExpression(one);
      for (const { message, at } of checkExpression(parseExpression(text), { metrics, variables })) {
        assert.ok(0 <= at.start && at.start < at.end && at.end <= text.length, message);
      }
    }));
  });
});
