import { type MetricFamily, parse, type ParseOptions, type ParseProblem } from "../../plugin/openmetrics/mod.ts";

/** A sample's name, labels as the parser gives them, value, and timestamp if there is one. */
export type SampleCopy = [name: string, labels: string[], value: number, timestamp?: number];

/** A copy of a family, which the parser reuses. */
export interface FamilyCopy {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: SampleCopy[];
}

export function copyFamily(family: MetricFamily): FamilyCopy {
  const samples: SampleCopy[] = [];
  for (let i = 0; i < family.length; i++) {
    const timestamp = family.timestamp(i);
    const sample: SampleCopy = [family.sampleName(i), family.labels(i), family.value(i)];
    if (timestamp !== undefined) sample.push(timestamp);
    samples.push(sample);
  }
  const { name, type, help, unit } = family;
  return { name, type, help, unit, samples };
}

/** All families and problems of a text. */
export function collect(
  text: string | Uint8Array,
  options: ParseOptions,
): { families: FamilyCopy[]; problems: ParseProblem[] } {
  const families: FamilyCopy[] = [];
  const problems: ParseProblem[] = [];
  const result = parse(text, { onProblem: (problem) => problems.push(problem), ...options }, (family) => {
    families.push(copyFamily(family));
  });
  if (result.problems !== problems.length && options.onProblem === undefined) {
    throw new Error(`${result.problems} problems counted, ${problems.length} reported`);
  }
  return { families, problems };
}
