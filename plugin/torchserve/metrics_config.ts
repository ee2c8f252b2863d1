import { dirname, resolve } from "node:path";
import { type Bounds, OutOfTimeError } from "../runtime/bounds.ts";
import { FileError, readTextWithin } from "../runtime/read_file.ts";
import type { MetricDeclaration } from "./metric_declarations.ts";
import { parseProperties } from "./properties.ts";

/** A larger file is no `metrics.yaml`, in bytes: TorchServe's own has 2 KB. */
const MAX_METRICS_CONFIG = 262_144;
/** A larger file is no `config.properties`, in bytes. */
const MAX_PROPERTIES = 1_048_576;

/** A `metrics.yaml` cannot be used; the message says which file and why. */
export class MetricsConfigError extends Error {
  override readonly name = "MetricsConfigError";
}

/**
 * Finds the `metrics.yaml` that `config.properties` names (`metrics_config`) in the directory above that of the logs:
 * where TorchServe is started it reads `config.properties`, and makes the directory `logs`. `undefined` where that
 * file is not there, cannot be read, or names none: TorchServe uses the one in its Python package then.
 *
 * @throws {OutOfTimeError} when a bound comes first
 */
export async function findMetricsConfig(logDirectory: string, bounds: Bounds): Promise<string | undefined> {
  const directory = dirname(resolve(logDirectory));
  let text: string;
  try {
    text = await readTextWithin(resolve(directory, "config.properties"), { ...bounds, maxBytes: MAX_PROPERTIES });
  } catch (thrown) {
    if (thrown instanceof FileError) return undefined;
    throw thrown;
  }
  const named = parseProperties(text).get("metrics_config");
  return named === undefined || named === "" ? undefined : resolve(directory, named);
}

/**
 * Reads a `metrics.yaml`, for the metrics by their names in the logs (https://pytorch.org/serve/metrics.html#metrics-configuration-format).
 *
 * @throws {MetricsConfigError} where it cannot be read
 * @throws {OutOfTimeError} when the run is cancelled
 */
export async function readMetricsConfig(path: string, bounds: Bounds): Promise<ReadonlyMap<string, MetricDeclaration>> {
  try {
    const text = await readTextWithin(path, { ...bounds, maxBytes: MAX_METRICS_CONFIG });
    // Only servers with a metrics.yaml of their own need a YAML parser.
    const { parseMetricsYaml } = await import("./metrics_yaml.ts");
    const metrics = parseMetricsYaml(text);
    if (typeof metrics === "string") throw new MetricsConfigError(`${path}: ${metrics}`);
    return metrics;
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError && thrown.why === "cancelled") throw thrown;
    if (thrown instanceof FileError || thrown instanceof OutOfTimeError) {
      throw new MetricsConfigError(`${path}: ${thrown.message}`);
    }
    throw thrown;
  }
}
