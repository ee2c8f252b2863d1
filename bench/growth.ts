import type { Bench } from "./context.ts";
import { interleave, repeated } from "./rounds.ts";
import { oursConnected, oursOneShot, readReply } from "./scrape_subjects.ts";
import { median } from "./statistics.ts";
import { digits, megabytes, milliseconds, type Table, type Target, times } from "./table.ts";

/** How much more a sample may cost with ten times as many of them. */
const WANTED = 1.25;

interface Size {
  readonly samples: number;
  readonly connectedSeconds: number;
  readonly connectedBytes: number;
  readonly oneShotSeconds: number;
  readonly oneShotBytes: number;
}

/** What a sample costs our executable as the number of samples grows tenfold from shape to shape. */
export async function growthTable(
  bench: Bench,
  shapes: readonly string[],
  url: (shape: string) => string,
): Promise<{ table: Table; targets: Target[] }> {
  const subjects = [];
  for (const shape of shapes) {
    const connected = oursConnected(url(shape));
    const { samples } = readReply(await connected.ask());
    // Each has files of its own, since they take turns.
    const oneShot = await oursOneShot(bench, url(shape), shape.replace(":", "-"));
    subjects.push({ samples, connected, oneShot });
  }
  try {
    await interleave(10, subjects.map(({ connected }) => connected.run));
    await interleave(20, subjects.slice(0, 1).map(({ connected }) => connected.run));
    for (const { connected } of subjects) connected.seconds.length = 0;
    await interleave(
      bench.quick ? 3 : 11,
      subjects.flatMap(({ connected, oneShot }) => [...repeated(3, connected.run), oneShot.run]),
    );
    const sizes = subjects.map(({ samples, connected, oneShot }): Size => ({
      samples,
      connectedSeconds: median(connected.seconds),
      connectedBytes: median(connected.peakBytes()),
      oneShotSeconds: median(oneShot.seconds),
      oneShotBytes: median(oneShot.peakBytes()),
    }));
    return { table: table(sizes), targets: targets(sizes) };
  } finally {
    for (const { connected } of subjects) await connected.close();
  }
}

const microseconds = (seconds: number, samples: number) => digits(seconds / samples * 1e6);

function table(sizes: readonly Size[]): Table {
  return {
    title: "Growth",
    notes: [
      "Ours, TorchServe-like samples. Medians; µs are those of the whole run divided by its samples, with what a process " +
      "or a request costs in any case.",
    ],
    columns: [
      "samples",
      "connected ms",
      "µs a sample",
      "peak MB",
      "one-shot ms",
      "µs a sample",
      "peak MB",
      "kB for each further sample",
    ],
    rows: sizes.map((size, i) => [
      `${size.samples}`,
      milliseconds(size.connectedSeconds),
      microseconds(size.connectedSeconds, size.samples),
      megabytes(size.connectedBytes),
      milliseconds(size.oneShotSeconds),
      microseconds(size.oneShotSeconds, size.samples),
      megabytes(size.oneShotBytes),
      digits(furtherBytes(sizes, i) / 1e3),
    ]),
  };
}

/** Memory of a one-shot process for each sample that a size has more than the one before. */
function furtherBytes(sizes: readonly Size[], i: number): number {
  const [before, size] = [sizes[i - 1], sizes[i]];
  if (before === undefined || size === undefined) return NaN;
  return (size.oneShotBytes - before.oneShotBytes) / (size.samples - before.samples);
}

function targets(sizes: readonly Size[]): Target[] {
  const [before, last] = sizes.slice(-2);
  if (before === undefined || last === undefined) return [];
  const perSample = ({ connectedSeconds, samples }: Size) => connectedSeconds / samples;
  const bytes = [furtherBytes(sizes, sizes.length - 2), furtherBytes(sizes, sizes.length - 1)] as const;
  return [{
    what: `time of a sample among ${last.samples}, as a multiple of that among ${before.samples}`,
    wanted: `≤ ${WANTED}×`,
    measured: times(perSample(last), perSample(before)),
    isMet: perSample(last) <= WANTED * perSample(before),
  }, {
    what: `memory of each further sample up to ${last.samples}, as a multiple of that up to ${before.samples}`,
    wanted: `≤ ${WANTED}×`,
    measured: times(bytes[1], bytes[0]),
    isMet: bytes[1] <= WANTED * bytes[0],
  }];
}
