/**
 * A multiplier for hashes from a random number below 1. It is 5 modulo 8 and never small: multiplying by such a number goes through all
 * words before it repeats, while one near a power of two would leave most bits where they are.
 */
export function multiplierFrom(random: number): number {
  return (Math.floor(random * 2 ** 32) & ~7) | 0x01000005;
}

/** Chosen when the program starts: nobody outside knows it, so that no text can be made whose names or labels collide. */
export const MULTIPLIER: number = multiplierFrom(Math.random());

/** Spreads every bit of a hash over all bits, so that sums of hashes, and their low bits, keep apart what differs. */
export function mix(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), MULTIPLIER);
  return mixed ^ (mixed >>> 13);
}

/** A hash of the bytes between two offsets, not yet mixed: {@linkcode extendHash} goes on from it. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = MULTIPLIER;
  for (let offset = start; offset < end; offset++) hash = Math.imul(hash ^ bytes[offset]!, MULTIPLIER);
  return hash;
}

/** The hash of bytes with an ASCII suffix, from that of the bytes. */
export function extendHash(hash: number, suffix: string): number {
  let extended = hash;
  for (let i = 0; i < suffix.length; i++) extended = Math.imul(extended ^ suffix.charCodeAt(i), MULTIPLIER);
  return extended;
}
