/** From here on a number is of a finer unit than seconds: the year 5138, in milliseconds 1973. */
const MILLISECONDS = 1e11;
const MICROSECONDS = 1e14;
const NANOSECONDS = 1e17;

const ISO = /^\W{0,4}(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d{1,9})?[ ]?(Z|[+-]\d\d:?\d\d(?=\D))?/;

/** A time since the epoch in seconds, whether it was written in seconds, milli-, micro- or nanoseconds. */
export function toSeconds(time: number): number {
  if (time >= NANOSECONDS) return time / 1e9;
  if (time >= MICROSECONDS) return time / 1e6;
  return time >= MILLISECONDS ? time / 1e3 : time;
}

/**
 * The time at the start of a line as log4j's layouts write it (`%d{ISO8601}` and the like), in seconds since the epoch.
 * Without a zone it is local time, as log4j's is. `undefined` where the line does not start with one.
 */
export function leadingSeconds(line: string): number | undefined {
  const match = ISO.exec(line);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, zone] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone ?? ""}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1_000;
}
