import type { SubmissionType } from "../../report/mod.ts";
import { withBoundTag } from "../labels.ts";
import { submitCount, type Transformer } from "./transformer.ts";

/** Every sample as it is, under one name and type. */
function submitAll(type: SubmissionType, name: string, value: (sample: number, nowMs: number) => number): Transformer {
  return (samples, { sink, nowMs }) => {
    samples.forEach((each, set, addsUp) => sink.submit(type, name, value(each, nowMs), set, addsUp));
  };
}

const asIs = (value: number) => value;

/** `gauge`: the value. */
export const gauge = (name: string): Transformer => submitAll("gauge", name, asIs);

/** `rate`: the value, from which the host derives its change per second. */
export const rate = (name: string): Transformer => submitAll("rate", name, asIs);

/** `time_elapsed`: the seconds since the time, in seconds since the epoch, that the value tells. */
export const timeElapsed = (name: string): Transformer =>
  submitAll("gauge", name, (value, nowMs) => nowMs / 1_000 - value);

/**
 * `temporal_percent`: a total of time as a percentage of the time between two runs.
 *
 * @param partsPerSecond the unit of the value: 1000 for milliseconds
 */
export const temporalPercent = (name: string, partsPerSecond: number): Transformer =>
  submitAll("rate", name, (value) => value / partsPerSecond * 100);

/**
 * `counter`: a monotonic count named `<name>.count`. A counter's `_created` sample is a time, not a count, and is
 * passed over (OpenMetrics 1.0, "Counter").
 */
export function counter(name: string): Transformer {
  const countName = `${name}.count`;
  const submit: Transformer = (samples, context) => {
    for (let k = 0; k < samples.length; k++) if (samples.addsUp(k)) submitCount(countName, samples, k, context);
  };
  return Object.assign(submit, { counts: true });
}

/** `counter_gauge`: `<name>.total` as a gauge and `<name>.count` as a monotonic count. */
export function counterGauge(name: string): Transformer {
  const totalName = `${name}.total`;
  const countName = `${name}.count`;
  const submit: Transformer = (samples, context) => {
    for (let k = 0; k < samples.length; k++) {
      if (!samples.addsUp(k)) continue;
      context.sink.submit("gauge", totalName, samples.value(k), samples.set(k), true);
      submitCount(countName, samples, k, context);
    }
  };
  return Object.assign(submit, { counts: true });
}

/** `summary`: `<name>.sum` and `<name>.count` as monotonic counts, `<name>.quantile` as gauges. */
export function summary(name: string): Transformer {
  const sumName = `${name}.sum`;
  const countName = `${name}.count`;
  const quantileName = `${name}.quantile`;
  return (samples, context) => {
    for (let k = 0; k < samples.length; k++) {
      const sample = samples.sampleName(k);
      if (sample.endsWith("_sum")) submitCount(sumName, samples, k, context);
      else if (sample.endsWith("_count")) submitCount(countName, samples, k, context);
      else if (samples.isOwn(k)) {
        const set = samples.set(k);
        context.sink.submit("gauge", quantileName, samples.value(k), set, false, withBoundTag(set));
      }
    }
  };
}
