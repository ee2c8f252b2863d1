import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { nearest } from "./nearest.ts";
import { isMapping, type OptionSchema } from "./schemas.ts";

interface Shape {
  readonly kind?: string;
  readonly type?: string;
  readonly pipe?: readonly Shape[];
  readonly wrapped?: Shape;
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly item?: Shape;
  readonly value?: Shape;
  readonly getter?: (input: unknown) => Shape;
}

/** The schema that says what the validated value looks like: the last one of a pipe, inside of `optional`. */
function core(shape: Shape, value: unknown): Shape {
  if (shape.pipe) {
    const last = shape.pipe.findLast((item) => item.kind === "schema" && item !== shape);
    return last ? core(last, value) : shape;
  }
  if (shape.wrapped) return core(shape.wrapped, value);
  return shape.getter ? core(shape.getter(value), value) : shape;
}

/** Warns of each name inside of a value that its schema does not know, with the nearest that it knows. */
export function reportUnknownNames(schema: OptionSchema, value: unknown, path: string, issues: IssueList): void {
  walk(schema as Shape, value, path, issues);
}

function walk(shape: Shape, value: unknown, path: string, issues: IssueList): void {
  const { entries, item, value: member, type } = core(shape, value);
  if (Array.isArray(value)) {
    if (item) value.forEach((element, i) => walk(item, element, child(path, i), issues));
    return;
  }
  if (!isMapping(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    const at = child(path, name);
    if (entries && Object.hasOwn(entries, name)) walk(entries[name] ?? {}, inner, at, issues);
    else if (entries && type === "object") unknownName(name, Object.keys(entries), at, issues);
    else if (member) walk(member, inner, at, issues);
  }
}

/** Warns of a name that means nothing where it stands. */
export function unknownName(name: string, known: readonly string[], path: string, issues: IssueList): void {
  issues.warning(path, `Unknown option; it has no effect.`, () => nearest(name, known));
}
