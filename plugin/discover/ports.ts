/** The most ports that are probed at a time of asking. */
const MAX_PORTS = 4_096;

/**
 * Reads a list of ports and ranges: `8080,8081,9000-9010`.
 *
 * @returns in the order given, each once
 * @throws {RangeError} which says what is wrong with it
 */
export function parsePorts(text: string): number[] {
  const ports = new Set<number>();
  for (const part of text.split(",")) {
    const [, first, last] = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(part) ?? [];
    const from = Number(first);
    const to = Number(last ?? first);
    if (!(from >= 1 && from <= to && to <= 65_535)) {
      throw new RangeError(
        `${JSON.stringify(part.trim())}: expected a port from 1 to 65535, or a range such as 9000-9010`,
      );
    }
    for (let port = from; port <= to; port++) ports.add(port);
    if (ports.size > MAX_PORTS) throw new RangeError(`expected at most ${MAX_PORTS} ports`);
  }
  return [...ports];
}

/** `8080-8082, 9000`: ports for people, ascending. */
export function describePorts(ports: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === port - 1) range[1] = port;
    else ranges.push([port, port]);
  }
  return ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(", ");
}
