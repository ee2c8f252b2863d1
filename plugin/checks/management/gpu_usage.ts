/** What TorchServe tells of the GPU that a worker runs on. */
export interface GpuUsage {
  readonly id: string;
  /** Percent. */
  readonly utilization: number | undefined;
  /** Percent of the time in which memory was read or written. */
  readonly memoryUtilization: number | undefined;
  /** MiB. */
  readonly memoryUsed: number | undefined;
}

/**
 * Reads a worker's `gpuUsage`. TorchServe 0.12 writes it with Java's `MessageFormat`, so numbers are grouped
 * (`Accelerator.utilizationToString`); until 0.9 it passed on the columns of `nvidia-smi --format=csv`:
 *
 *     gpuId::2 utilization.gpu::80 % utilization.memory::70 % memory.used::5,120 MiB
 *     gpuId::0 utilization.gpu [%]::25 % utilization.memory [%]::3 % memory.used [MiB]::456 MiB
 *
 * @returns `undefined` for anything else, such as `N/A` and `failed to obtained gpu usage`
 */
export function parseGpuUsage(text: string): GpuUsage | undefined {
  const id = /^gpuId::(\d{1,6})\b/.exec(text)?.[1];
  if (id === undefined) return undefined;
  const value = (name: string, unit: string) => {
    const digits = new RegExp(`${name}(?: \\[[^\\]]*\\])?::([\\d.,\u00a0\u202f]{1,20}) ${unit}`).exec(text)?.[1];
    return digits === undefined ? undefined : number(digits, unit);
  };
  return {
    id,
    utilization: value("utilization\\.gpu", "%"),
    memoryUtilization: value("utilization\\.memory", "%"),
    memoryUsed: value("memory\\.used", "MiB"),
  };
}

/** MiB are whole, so every mark groups digits, in whichever locale; a percentage has at most a decimal mark. */
function number(digits: string, unit: string): number | undefined {
  const plain = unit === "MiB" ? digits.replace(/\D/g, "") : digits.replace(",", ".");
  const value = Number(plain);
  return plain === "" || Number.isNaN(value) ? undefined : value;
}
