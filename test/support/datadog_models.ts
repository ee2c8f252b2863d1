import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/run.ts";

/** The official client whose models Datadog's API is generated from the same description as. */
const VERSION = "1.64.0";
const FOLDER = new URL(`../../.cache/datadog-api-client-${VERSION}/`, import.meta.url);
const MODELS =
  "node_modules/@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js";

/** The models that bodies of ours are read with. */
export type ModelName = "Dashboard" | "Monitor" | "LogsPipeline" | "MetricMetadata";

interface Serializer {
  deserialize(value: unknown, type: ModelName, format: string): unknown;
}

/** Reads bodies with the official models; the client is installed on first use, apart from the project's own packages. */
export async function loadModels(): Promise<(body: unknown, model: ModelName) => string[]> {
  const path = fileURLToPath(new URL(MODELS, FOLDER));
  if (!existsSync(path)) {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(new URL("package.json", FOLDER), '{"private": true}\n');
    await run(["npm", "install", "--silent", "--no-audit", "--no-fund", `@datadog/datadog-api-client@${VERSION}`], {
      cwd: FOLDER,
      quiet: true,
    });
  }
  const { ObjectSerializer } = createRequire(import.meta.url)(path) as { ObjectSerializer: Serializer };
  return (body, model) => problemsOf(ObjectSerializer.deserialize(structuredClone(body), model, ""));
}

/** The models refuse little: what they could not parse, and what they do not declare, lies in members of its own. */
function problemsOf(read: unknown): string[] {
  const problems: string[] = [];
  const seen = new Set<object>();
  const walk = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    const { _unparsed: unparsed, additionalProperties: more, _data: data } = value as Record<string, unknown>;
    if (value.constructor.name === "UnparsedObject") {
      problems.push(`${path}: not parsed: ${JSON.stringify(data).slice(0, 200)}`);
    } else if (unparsed === true && path !== "") problems.push(`${path}: not parsed`);
    if (typeof more === "object" && more !== null && Object.keys(more).length > 0) {
      problems.push(`${path}: not declared: ${Object.keys(more).join(", ")}`);
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
  };
  walk(read, "");
  return problems;
}
