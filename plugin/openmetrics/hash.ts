/**
 * An odd multiplier for hashes, chosen when the program starts: nobody outside knows it, so that no text can be made whose
 * names or labels collide.
 */
export const MULTIPLIER: number = (Math.floor(Math.random() * 0x7fffffff) | 0x01000001) | 0;

/** Spreads every bit of a hash over all bits, so that sums of hashes, and their low bits, keep apart what differs. */
export function mix(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), MULTIPLIER);
  return mixed ^ (mixed >>> 13);
}
