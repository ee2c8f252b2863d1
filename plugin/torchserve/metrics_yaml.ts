import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, visit } from "yaml";
import { DEFAULT_DECLARATIONS, type MetricDeclaration, MODEL_HOST_LABEL } from "./metric_declarations.ts";

const EXPECTED = "expected a mapping with ts_metrics and model_metrics";

/**
 * The metrics of a `metrics.yaml`, by name: in `ts_metrics` and `model_metrics` lists for each type, whose items have a
 * `name` and `dimensions`; the last dimension of the server's metrics is the host's name. What the file leaves out is
 * not written by the server, but may still be in its logs: it is as in TorchServe's own file.
 *
 * @returns a text for what is no such file: why
 */
export function parseMetricsYaml(text: string): ReadonlyMap<string, MetricDeclaration> | string {
  const parsed = parse(text);
  if (parsed === undefined) return "is not valid YAML";
  const { document, follow } = parsed;
  const metrics = new Map(DEFAULT_DECLARATIONS);
  let sections = 0;
  const root = document.contents;
  if (!isMap(root)) return EXPECTED;
  for (const { key, value } of root.items) {
    const section = isScalar(key) ? key.value : undefined;
    const types = follow(value);
    if ((section !== "ts_metrics" && section !== "model_metrics") || !isMap(types)) continue;
    sections++;
    for (const { key, value } of types.items) {
      const kind = isScalar(key) ? key.value : undefined;
      const items = follow(value);
      if ((kind !== "counter" && kind !== "gauge" && kind !== "histogram") || !isSeq(items)) continue;
      for (const item of items.items) {
        const metric = follow(item);
        if (!isMap(metric)) continue;
        const name = textOf(follow(metric.get("name", true)));
        if (name === undefined) continue;
        const last = section === "ts_metrics" ? lastOf(follow(metric.get("dimensions", true)), follow) : undefined;
        metrics.set(name, { kind, hostLabel: last ?? MODEL_HOST_LABEL });
      }
    }
  }
  return sections === 0 ? EXPECTED : metrics;
}

interface Parsed {
  readonly document: Document;
  readonly follow: (node: unknown) => unknown;
}

function parse(text: string): Parsed | undefined {
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: "silent", uniqueKeys: false });
    if (document.errors.length === 0) return { document, follow: aliasFollower(document) };
  } catch (thrown) {
    // Nesting beyond bounds.
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return undefined;
}

/** Follows an alias to what it stands for; the library's own way searches the whole document for each. */
function aliasFollower(document: Document): (node: unknown) => unknown {
  const anchors = new Map<string, unknown>();
  const remember = (_: unknown, node: Exclude<Node, Alias>) => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
  };
  visit(document, { Map: remember, Seq: remember, Scalar: remember });
  return (node) => isAlias(node) ? anchors.get(node.source) : node;
}

function textOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === "string" && node.value !== "" ? node.value : undefined;
}

function lastOf(node: unknown, follow: (node: unknown) => unknown): string | undefined {
  return isSeq(node) ? textOf(follow(node.items.at(-1))) : undefined;
}
