import { oneLine } from "../../text/mod.ts";
import type { InstanceReport } from "../format.ts";

/** Kind and address of an instance; its place in the file alone, where it cannot run. */
export function titleOf({ instance, kind, url }: InstanceReport): [string, string] {
  return kind === undefined || url === undefined ? [oneLine(instance), ""] : [oneLine(kind), oneLine(url)];
}
