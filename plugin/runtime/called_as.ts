/**
 * Whether a program was started by the name of a monitoring plugin: `check_torchserve`, with a directory before it, or
 * something after it, such as `.exe`. A shell gives what was typed, an executable of Bun hands it on as `process.argv0`.
 */
export function isMonitoringPlugin(argv0: string): boolean {
  const slash = Math.max(argv0.lastIndexOf("/"), argv0.lastIndexOf("\\"));
  return argv0.startsWith("check_torchserve", slash + 1);
}
