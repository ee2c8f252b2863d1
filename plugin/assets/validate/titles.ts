/** Units belong to the numbers, not into a title; and TorchServe exposes no percentiles. */
const UNIT =
  /\(.*\)|[%µ]|\b(?:ms|milliseconds?|µs|microseconds?|seconds|bytes?|[kmg]i?b|percent)\b|\bp(?:50|90|95|99)\b/i;

/** What of a title is a unit; `undefined`: nothing. */
export const unitInTitle = (title: string): string | undefined => UNIT.exec(title)?.[0];
