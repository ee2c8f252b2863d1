import { UnboundedPatternError } from "./errors.ts";
import { type Anchor, type Node, someNode } from "./syntax.ts";

/** Why neither engine can run a pattern in bounded time, and what to write instead. */
export function timeRefusal(root: Node): UnboundedPatternError {
  return new UnboundedPatternError(reason(root));
}

/** Why the groups of a pattern cannot be told. */
export function groupsRefusal(): UnboundedPatternError {
  return new UnboundedPatternError(
    "the engines disagree about its groups, since one stands inside a repeat or a lookaround, or a repeat may take " +
      "nothing; put the repeat into the group, as in ((?:ab)+) for (ab)+, and write a* for (?:a*)*",
  );
}

const BOUNDARIES: ReadonlySet<Anchor> = new Set(["boundary", "notBoundary", "asciiNotBoundary"]);

function reason(root: Node): string {
  const has = (test: (node: Node) => boolean) => someNode(root, test);
  if (has((node) => node.kind === "conditional")) {
    return "conditionals such as (?(1)a|b) are not supported, since no engine here runs them in bounded time; write " +
      "both cases as alternatives, as in (?:<[^>]*>|[^<]*) for (<)?...(?(1)>)";
  }
  if (has((node) => node.kind === "backreference")) {
    return "this pattern could take very long, since it has a back-reference, and ignores case, or has a group that may " +
      "not have matched before, or repeats that can share out a text in many ways; write the possible texts as " +
      "alternatives, or (a+)-\\1 for (a+)+-\\1";
  }
  if (has((node) => node.kind === "atomic")) {
    return "this pattern could take very long, since it has an atomic group or a possessive repeat inside or beside " +
      "repeats that can share out a text in many ways; write (?:...) for (?>...) and + for ++";
  }
  if (has((node) => node.kind === "look")) {
    return "this pattern could take very long, since it has lookahead or lookbehind together with repeats that can " +
      "share out a text in many ways; repeat one thing only, as in (?:a|b)* for (?:a+|b)*, begin with ^, or use " +
      "exclude and include in place of lookaround";
  }
  if (has((node) => node.kind === "anchor" && BOUNDARIES.has(node.anchor))) {
    return "this pattern could take very long, since it has \\b or \\B together with repeats that can share out a text " +
      "in many ways; put (?a) in front, so that \\b means the boundaries of ASCII words, and write (?<=\\w)(?=\\w) " +
      "for \\B, or repeat one thing only, as in (?:a|b)* for (?:a+|b)*";
  }
  return "this pattern is too large, or $ comes before its end; use smaller counts in {n,m}, or * or + instead, and $ " +
    "at the end only";
}
