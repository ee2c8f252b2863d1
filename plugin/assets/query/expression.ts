import { type Expression, FUNCTION_NAMES, type Operator } from "./ast.ts";
import { isMetricQueryNext, readMetricQuery } from "./metric_query.ts";
import { Scanner } from "./scanner.ts";

/** How deep parentheses, signs and calls may be nested. */
const MAX_DEPTH = 50;

const WORD = /[a-zA-Z_][a-zA-Z0-9_]*/y;

const ADDITIVE: readonly Operator[] = ["+", "-"];
const MULTIPLICATIVE: readonly Operator[] = ["*", "/"];

/**
 * Reads arithmetic over the names of queries, as the formulas of widgets are: `100 * errors / (errors + fine)`.
 *
 * @throws {QuerySyntaxError}
 */
export function parseFormula(text: string): Expression {
  return parse(text, false);
}

/**
 * Reads arithmetic over metric queries, as monitors have it.
 *
 * @throws {QuerySyntaxError}
 */
export function parseExpression(text: string): Expression {
  return parse(text, true);
}

function parse(text: string, ofQueries: boolean): Expression {
  const scanner = new Scanner(text);
  const expression = readExpression(scanner, ofQueries);
  if (!scanner.isAtEnd) throw scanner.error("an operator or the end");
  return expression;
}

/** Reads an expression and the white space around it. @param ofQueries its leaves are metric queries, not names */
export function readExpression(scanner: Scanner, ofQueries: boolean, depth = 0): Expression {
  return readChain(
    scanner,
    ADDITIVE,
    () => readChain(scanner, MULTIPLICATIVE, () => readTerm(scanner, ofQueries, depth)),
  );
}

function readChain(scanner: Scanner, operators: readonly Operator[], next: () => Expression): Expression {
  let left = next();
  for (;;) {
    const operator = operators.find((one) => scanner.take(one));
    if (operator === undefined) return left;
    const right = next();
    left = { kind: "operation", operator, left, right, at: { start: left.at.start, end: right.at.end } };
  }
}

function readTerm(scanner: Scanner, ofQueries: boolean, depth: number): Expression {
  if (depth > MAX_DEPTH) throw scanner.error(`at most ${MAX_DEPTH} levels of nesting`);
  scanner.skipSpaces();
  const term = readBare(scanner, ofQueries, depth);
  scanner.skipSpaces();
  return term;
}

function readBare(scanner: Scanner, ofQueries: boolean, depth: number): Expression {
  const start = scanner.offset;
  if (scanner.take("(")) {
    const inner = readExpression(scanner, ofQueries, depth + 1);
    if (!scanner.take(")")) throw scanner.error('an operator or ")"');
    return { ...inner, at: { start, end: scanner.offset } };
  }
  if (scanner.take("-")) {
    const of = readTerm(scanner, ofQueries, depth + 1);
    return { kind: "negation", of, at: { start, end: of.at.end } };
  }
  const value = scanner.number();
  if (value !== undefined) return { kind: "number", value, at: { start, end: scanner.offset } };
  if (ofQueries && isMetricQueryNext(scanner)) return readMetricQuery(scanner);
  const word = scanner.match(WORD);
  if (word === undefined) {
    throw scanner.error(ofQueries ? "a metric query or a number" : "the name of a query or a number");
  }
  scanner.skipSpaces();
  if (scanner.take("(")) return readCall(scanner, word, start, ofQueries, depth);
  if (ofQueries) throw scanner.error("a metric query or a number", start);
  return { kind: "name", name: word, at: { start, end: start + word.length } };
}

function readCall(scanner: Scanner, word: string, start: number, ofQueries: boolean, depth: number): Expression {
  const name = FUNCTION_NAMES.find((known) => known === word);
  if (name === undefined) throw scanner.error(`one of the functions ${FUNCTION_NAMES.join(", ")}`, start);
  const args: Expression[] = [];
  do args.push(readExpression(scanner, ofQueries, depth + 1)); while (scanner.take(","));
  if (!scanner.take(")")) throw scanner.error('"," or ")"');
  const wanted = name === "clamp_min" ? 2 : 1;
  if (args.length !== wanted) throw scanner.error(`${name} with ${wanted} argument${wanted === 1 ? "" : "s"}`, start);
  if (name === "clamp_min" && args[1]?.kind !== "number") {
    throw scanner.error("clamp_min with a number as its second argument", start);
  }
  return { kind: "call", name, args, at: { start, end: scanner.offset } };
}
