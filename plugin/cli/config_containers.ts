import { type Annotated, type Carried, containerTexts, type FileResult, type LabelForm } from "../config/mod.ts";
import { writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import { issueLine } from "./issue_line.ts";
import { readSource } from "./sources.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/** What Kubernetes takes for all annotations of an object together, in bytes. */
const MAX_ANNOTATIONS = 262_144;

export interface DockerCommand {
  readonly service: string;
  readonly as: LabelForm;
  readonly containerLogs: boolean;
}

export interface KubernetesCommand {
  readonly on: Annotated;
  readonly name: string;
  readonly container: string;
  readonly containerLogs: boolean;
}

/**
 * `config docker`: a configuration as labels of a container.
 *
 * @throws {UsageError} for a configuration that is not right
 */
export async function printLabels(source: string | undefined, command: DockerCommand): Promise<void> {
  const { as, service, containerLogs } = command;
  const { carried, texts } = await read(source, containerLogs);
  writeStdout(texts.renderLabels(carried, as, service));
}

/**
 * `config kubernetes`: a configuration as annotations of a pod or a Service.
 *
 * @throws {UsageError} for a configuration that is not right, and for one that is too long for annotations
 */
export async function printAnnotations(source: string | undefined, command: KubernetesCommand): Promise<void> {
  const { on, name, container, containerLogs } = command;
  const { carried, texts } = await read(source, containerLogs);
  const bytes = Buffer.byteLength(`${carried.checks ?? ""}${carried.logs ?? ""}`);
  if (bytes > MAX_ANNOTATIONS) {
    throw new UsageError(
      `${bytes} bytes of annotations; Kubernetes takes at most ${MAX_ANNOTATIONS}`,
      "put the configuration into a ConfigMap that is mounted into the Agent's conf.d",
    );
  }
  if ((on === "service" || on === "endpoints") && carried.logs !== undefined) {
    tell("logs: left out: the Agent reads none of a Service; annotate the pods for them");
  }
  writeStdout(texts.renderAnnotations(carried, on, name, container));
}

async function read(source: string | undefined, containerLogs: boolean) {
  const file = await readSource(source, {}, "everywhere");
  for (const issue of file.issues) tell(issueLine(issue, file.origin));
  if (!file.ok) throw new UsageError(`${file.origin} is not right as it stands`, "torchserve-check config validate");
  const texts = await containerTexts();
  const carried = carriedOf(file, () => texts.carry(file, containerLogs));
  for (const { path, message } of carried.notes) tell(oneLine(`note: ${path}: ${message}`));
  return { carried, texts };
}

function carriedOf({ origin }: FileResult, carry: () => Carried): Carried {
  try {
    return carry();
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new UsageError(`${origin}: ${thrown.message}`, "make a configuration of each");
  }
}
