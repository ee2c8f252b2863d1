/** The network of a fleet, and of whatever is beside it. */
export const FLEET_NETWORK = "127.1.0.0/16";

/** The loopback address of a member of a fleet, from 0; Linux has all of 127.0.0.0/8. */
export function fleetAddress(i: number): string {
  return `127.1.${Math.floor(i / 250)}.${1 + i % 250}`;
}
