import type { ConfigIssue, FileResult } from "../config/mod.ts";
import { EXIT } from "../formats/mod.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { jsonLine, oneLine } from "../text/mod.ts";
import { connect, type Connection } from "./connections.ts";
import { issueLines } from "./issue_line.ts";
import { readSource } from "./sources.ts";
import type { TargetOptions } from "./target_options.ts";

/** How `config validate` is used. */
export interface ValidateOptions extends TargetOptions {
  /** Warnings are errors. */
  readonly strict: boolean;
  /** Each endpoint is asked once. */
  readonly connect: boolean;
  readonly format: "text" | "json";
}

/**
 * `config validate`: all issues of a configuration. The exit status is 2 when there is an error among them, 1 when an
 * endpoint that was asked is not well.
 *
 * @throws {UsageError} when there is nothing to read
 */
export async function validateSource(source: string | undefined, options: ValidateOptions): Promise<void> {
  const file = await readSource(source, options, "discovered");
  const isText = options.format === "text";
  if (isText) { for (const issue of file.issues) writeStdout(`${(await issueLines(issue, file)).join("\n")}\n`); }
  const connections: Connection[] = [];
  if (options.connect) {
    for await (const connection of connect(file)) {
      connections.push(connection);
      if (isText) writeStdout(`${oneLine(lineOf(connection))}\n`);
    }
  }
  if (isText) writeStdout(`${oneLine(file.origin)}: ${summary(file, connections)}\n`);
  else {
    const issues = file.issues.map((issue) => jsonOf(issue, file.origin));
    writeStdout(`${jsonLine(options.connect ? { issues, connections } : { issues })}\n`);
  }
  const isWrong = !file.ok || (options.strict && file.issues.length > 0);
  setExitStatus(isWrong ? EXIT.usage : connections.every(({ ok }) => ok) ? EXIT.fine : EXIT.failed);
}

function lineOf({ path, kind, url, ok, message }: Connection): string {
  return `${path}: ${kind} ${url}: ${ok ? "it answers" : "it is not well"}${
    message === undefined ? "" : `: ${message}`
  }`;
}

function jsonOf({ path, severity, message, suggestion, place }: ConfigIssue, origin: string): object {
  return {
    file: origin,
    line: place?.line ?? 1,
    column: place?.column ?? 1,
    path: path === origin || path.startsWith(`${origin}:`) ? "" : path,
    severity,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** `2 instances, 1 error, 3 warnings`. */
function summary({ instances, issues }: FileResult, connections: readonly Connection[]): string {
  const counted = (count: number, noun: string) => `${count} ${count === 1 ? noun : `${noun}s`}`;
  const of = (severity: ConfigIssue["severity"]) => issues.filter((issue) => issue.severity === severity).length;
  const failed = connections.filter(({ ok }) => !ok).length;
  const parts = [
    ...(of("error") === 0 ? [] : [counted(of("error"), "error")]),
    ...(of("warning") === 0 ? [] : [counted(of("warning"), "warning")]),
    ...(failed === 0 ? [] : [`${failed} of ${counted(connections.length, "endpoint")} not well`]),
  ];
  return [counted(instances.length, "instance"), ...(parts.length === 0 ? ["fine"] : parts)].join(", ");
}
