/**
 * Measures the npm package parse-prometheus-text-format, which must be installed in the folder that is given.
 *
 *     npm.mjs FOLDER FILE REPETITIONS
 *
 * Prints one JSON object: bytes, samples, seconds of each repetition, peak resident memory.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { peakMemory } from "./peak_memory.ts";

const [folder, file, repetitions] = argv.slice(2);
const imported = createRequire(join(folder, "package.json"))("parse-prometheus-text-format");
const parse = imported.default ?? imported;

const text = readFileSync(file);
const seconds = [];
let samples = 0;
for (let i = 0; i < Number(repetitions); i++) {
  const start = performance.now();
  const families = parse(text.toString("utf8"));
  seconds.push((performance.now() - start) / 1000);
  samples = families.reduce((sum, family) => sum + family.metrics.length, 0);
}
const result = { bytes: text.length, samples, seconds, peak_rss_bytes: peakMemory() };
stdout.write(JSON.stringify(result) + "\n");
