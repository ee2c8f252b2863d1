/** Something to be measured again and again; one call is one measurement. */
export type Measurement = () => Promise<void> | void;

/**
 * Does all measurements in turn, round after round, so that what else the machine does falls on all alike. A measurement
 * that is listed several times is done several times a round.
 */
export async function interleave(rounds: number, measurements: readonly Measurement[]): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const measure of measurements) await measure();
  }
}

/** Does one measurement several times. */
export const repeated = (count: number, measure: Measurement): readonly Measurement[] =>
  Array.from({ length: count }, () => measure);
