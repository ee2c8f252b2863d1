import type { SubmissionType } from "../../report/mod.ts";
import { withBoundTag } from "../label_set.ts";
import { ADDS_UP, IS_OWN } from "../samples.ts";
import { submitCount, type Transformer } from "./transformer.ts";

/** Every sample under one name and type. @param value of a sample, where it is not submitted as it is */
function submitAll(type: SubmissionType, name: string, value?: (sample: number, nowMs: number) => number): Transformer {
  return ({ start, end, columns: { values, sets, flags } }, { sink, nowMs }) => {
    for (let i = start; i < end; i++) {
      const each = values[i]!;
      sink.submit(type, name, value === undefined ? each : value(each, nowMs), sets[i]!, (flags[i]! & ADDS_UP) !== 0);
    }
  };
}

/** `gauge`: the value. */
export const gauge = (name: string): Transformer => submitAll("gauge", name);

/** `rate`: the value, from which the host derives its change per second. */
export const rate = (name: string): Transformer => submitAll("rate", name);

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
  const submit: Transformer = ({ start, end, columns }, { sink }) => {
    const { flags } = columns;
    for (let i = start; i < end; i++) if ((flags[i]! & ADDS_UP) !== 0) submitCount(countName, columns, i, sink);
  };
  return Object.assign(submit, { counts: true });
}

/** `counter_gauge`: `<name>.total` as a gauge and `<name>.count` as a monotonic count. */
export function counterGauge(name: string): Transformer {
  const totalName = `${name}.total`;
  const countName = `${name}.count`;
  const submit: Transformer = ({ start, end, columns }, { sink }) => {
    for (let i = start; i < end; i++) {
      if ((columns.flags[i]! & ADDS_UP) === 0) continue;
      sink.submit("gauge", totalName, columns.values[i]!, columns.sets[i]!, true);
      submitCount(countName, columns, i, sink);
    }
  };
  return Object.assign(submit, { counts: true });
}

/** `summary`: `<name>.sum` and `<name>.count` as monotonic counts, `<name>.quantile` as gauges. */
export function summary(name: string): Transformer {
  const sumName = `${name}.sum`;
  const countName = `${name}.count`;
  const quantileName = `${name}.quantile`;
  return ({ start, end, columns }, { sink }) => {
    for (let i = start; i < end; i++) {
      const sample = columns.names[i]!;
      if (sample.endsWith("_sum")) submitCount(sumName, columns, i, sink);
      else if (sample.endsWith("_count")) submitCount(countName, columns, i, sink);
      else if ((columns.flags[i]! & IS_OWN) !== 0) {
        const set = columns.sets[i]!;
        sink.submit("gauge", quantileName, columns.values[i]!, set, false, withBoundTag(set));
      }
    }
  };
}
