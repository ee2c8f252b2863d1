import { createServer, type Server } from "node:net";

/** Finds ports that nothing listens on now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  try {
    const ports: number[] = [];
    for (let i = 0; i < count; i++) {
      const server = createServer();
      held.push(server);
      ports.push(await portOf(server));
    }
    return ports;
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/**
 * Waits until nothing listens on any of these ports.
 *
 * @returns the ports
 * @throws {Error} when that takes more than five minutes
 */
export async function whenFree(ports: readonly number[]): Promise<readonly number[]> {
  for (const deadline = Date.now() + 5 * 60_000;;) {
    const held: Server[] = [];
    try {
      for (const port of ports) {
        const server = createServer();
        held.push(server);
        await portOf(server, port);
      }
      return ports;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`ports ${ports.join(", ")} do not become free`, { cause: error });
    } finally {
      await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function portOf(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("a TCP server without a port"));
      else resolve(address.port);
    });
  });
}
