import { basename, join } from "node:path";
import { type FileInstance, type FileResult, type LogsEntry, logSources } from "../config/mod.ts";
import type { LogFileSettings, WatchedTarget } from "../preview/mod.ts";

/** What the preview knows of an instance before it runs. */
export function targetOf({ path, result }: FileInstance): WatchedTarget {
  if (!result.ok) return { path, isExtended: false, hasProbe: false };
  const { kind, url, options } = result.config;
  return {
    path,
    kind,
    url,
    isExtended: "extended_metrics" in options && options.extended_metrics === true,
    hasProbe: "inference_probe" in options && options.inference_probe !== undefined,
  };
}

/** The log files that a configuration names. */
export function logFilesOf({ logs }: FileResult): LogFileSettings[] {
  return logs.flatMap((entry) => {
    if (entry.type !== "file" || !("path" in entry) || entry.path === undefined) return [];
    return [{ path: entry.path, tags: tagsOf(entry), rules: entry.log_processing_rules ?? [] }];
  });
}

function tagsOf({ source = "torchserve", service, tags = [] }: LogsEntry): string[] {
  const own = typeof tags === "string" ? tags.split(",").map((tag) => tag.trim()) : tags;
  return [`source:${source}`, ...service === undefined ? [] : [`service:${service}`], ...own];
}

/** The `logs` section for a folder in which TorchServe writes, as `conf.yaml.example` has it. */
export async function logsOfFolder(folder: string): Promise<object[]> {
  const sources = await logSources();
  return sources.map(({ type, path, source, log_processing_rules }) => ({
    type,
    path: join(folder, basename(path)),
    source,
    log_processing_rules,
  }));
}
