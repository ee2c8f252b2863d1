import * as v from "valibot";
import { type LogsAsset, logsAsset, type LogTests, logTests, processorSchema } from "./asset.ts";

/** A place in a file that is wrong. */
export interface Problem {
  /** Names of members and numbers of items that lead to the place. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A file as read, or what is wrong with it. */
export type Read<T> = { readonly value: T; readonly problems: readonly [] } | { readonly problems: readonly Problem[] };

/** Reads the file of a pipeline. */
export async function readLogsAsset(text: string): Promise<Read<LogsAsset>> {
  return await readAs(text, logsAsset);
}

/** Reads what can be read of the file of a pipeline: without the processors that are wrong. `undefined`: nothing. */
export async function readRestOfLogsAsset(text: string): Promise<LogsAsset | undefined> {
  const { parseDocument } = await import("yaml");
  const value: unknown = parseDocument(text).toJS();
  const rest = v.safeParse(looseAsset, value);
  if (!rest.success) return undefined;
  const processors = rest.output.pipeline.processors.filter((one) => v.is(processorSchema, one));
  const read = v.safeParse(logsAsset, { ...rest.output, pipeline: { ...rest.output.pipeline, processors } });
  return read.success ? read.output : undefined;
}

const looseAsset = v.looseObject({ pipeline: v.looseObject({ processors: v.array(v.unknown()) }) });

/** Reads the file of a pipeline's tests. */
export async function readLogTests(text: string): Promise<Read<LogTests>> {
  return await readAs(text, logTests);
}

async function readAs<S extends v.GenericSchema<unknown, unknown>>(
  text: string,
  schema: S,
): Promise<Read<v.InferOutput<S>>> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) return { problems: [{ path: [], message: error.message.split("\n", 1)[0] ?? "" }] };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    return { problems: [{ path: [], message: `Its aliases cannot be resolved: ${String(error)}` }] };
  }
  const result = v.safeParse(schema, value);
  if (result.success) return { value: result.output, problems: [] };
  return { problems: result.issues.map(problemOf) };
}

/** Of a processor whose type is known, the place inside; of unknown names, the name. */
function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const path = (issue.path ?? []).map(({ key }) => typeof key === "number" ? key : String(key));
  const received = issue.received === "undefined" ? "nothing" : issue.received;
  const message = issue.type === "strict_object" && issue.expected === "never"
    ? `Found the unknown name ${JSON.stringify(path.at(-1))}.`
    : `Found ${received}; expected ${issue.message.startsWith("Invalid") ? issue.expected : issue.message}.`;
  return { path, message };
}
