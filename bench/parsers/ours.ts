/**
 * Measures our parser.
 *
 *     ours.ts parse|blocks|labels prometheus|openmetrics FILE REPETITIONS
 *
 * `parse` reads every value, `blocks` also every label block as a string, `labels` all labels decoded. Prints one JSON object: bytes,
 * samples, seconds of each repetition (the first is that of a fresh process), peak resident memory.
 */
import { readFileSync } from "node:fs";
import { argv, exit, stderr, stdout } from "node:process";
import { type MetricFamily, parse } from "../../plugin/openmetrics/mod.ts";
import { peakMemory } from "./peak_memory.ts";

let sum = 0;

/** What a consumer does with a family. */
const READERS: Readonly<Record<string, (family: MetricFamily) => void>> = {
  parse: (family) => {
    for (let i = 0; i < family.length; i++) sum += family.value(i);
  },
  blocks: (family) => {
    for (let i = 0; i < family.length; i++) sum += family.value(i) + family.rawLabels(i).length;
  },
  labels: (family) => {
    for (let i = 0; i < family.length; i++) sum += family.value(i) + family.labels(i).length;
  },
};

const [what = "", format, file, repetitions] = argv.slice(2);
const read = READERS[what];
const isFormat = format === "prometheus" || format === "openmetrics";
if (read === undefined || !isFormat || file === undefined || repetitions === undefined) {
  stderr.write("usage: ours.ts parse|blocks|labels prometheus|openmetrics FILE REPETITIONS\n");
  exit(2);
}

const text = readFileSync(file);
const seconds: number[] = [];
let samples = 0;
for (let i = 0; i < Number(repetitions); i++) {
  const start = performance.now();
  ({ samples } = parse(text, { format, strict: true }, read));
  seconds.push((performance.now() - start) / 1000);
}
if (Number.isNaN(sum)) stderr.write("ours: the text has a NaN\n");
const result = { bytes: text.length, samples, seconds, peak_rss_bytes: peakMemory() };
stdout.write(JSON.stringify(result) + "\n");
