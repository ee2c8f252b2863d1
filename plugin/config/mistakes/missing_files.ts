import { child } from "../found.ts";
import type { CheckedInstance } from "./instances.ts";
import type { LogsEntry } from "../logs.ts";
import type { ConfigIssue } from "../types.ts";

/** Options that name a file. */
const FILES = ["token_key_file", "tls_cert", "tls_private_key", "tls_ca_cert"] as const;

/** Files that options name and that are not there: a file may come later, so these are warnings. */
export function missingFiles(
  instances: readonly CheckedInstance[],
  logs: readonly LogsEntry[],
  exists: (path: string) => boolean,
): ConfigIssue[] {
  const named = instances.flatMap(({ path, result }) => {
    // What labels and annotations name lies in the container of the host agent.
    if (!result.ok || !/^instances?(?:\[|$)/.test(path)) return [];
    const { options, kind } = result.config;
    const paths: (readonly [path: string, file: unknown])[] = [];
    for (const name of FILES) {
      if (name in options) paths.push([child(path, name), options[name as keyof typeof options]]);
    }
    if (kind === "metrics_log") {
      const at = child(path, "metrics_log");
      for (const [name, file] of Object.entries(options.metrics_log)) {
        if (name !== "start" && name !== "max_silence") paths.push([child(at, name), file]);
      }
    }
    if ("inference_probe" in options) {
      paths.push([child(child(path, "inference_probe"), "body_file"), options.inference_probe?.body_file]);
    }
    return paths;
  });
  const written = logs.flatMap((entry, i) =>
    entry.type === "file" && "path" in entry ? [[`logs[${i}].path`, entry.path] as const] : []
  );
  return [...named, ...written].flatMap(([path, file]) => {
    if (typeof file !== "string" || /[*?[]|%%/.test(file) || exists(file)) return [];
    const message = `Found the path ${JSON.stringify(file.slice(0, 200))}, where there is nothing on this machine; ` +
      (file.startsWith("~")
        ? "expected a whole path: ~ stands for nothing here."
        : "expected one that this user can see.");
    return [{ path, message, severity: "warning" as const }];
  });
}
