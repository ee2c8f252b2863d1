import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePorts } from "../real/free_ports.ts";
import { fleetAddress } from "./fleet_address.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A running fleet of embedded TorchServes, in a process of its own. */
export interface Fleet {
  readonly addresses: readonly string[];
  /** The same for all. */
  readonly ports: { readonly inference: number; readonly management: number; readonly metrics: number };
  close(): Promise<void>;
}

/** Starts a fleet (fleet.ts) on Bun. */
export async function startFleet(count: number): Promise<Fleet> {
  const [inference = 0, management = 0, metrics = 0] = await freePorts(3);
  const args = [path("fleet.ts"), ...[count, inference, management, metrics].map(String)];
  const child = spawn(path("../../node_modules/.bin/bun"), args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ready = new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  await Promise.race([ready, ended.then(() => Promise.reject(new Error("the fleet ended before it was ready")))]);
  return {
    addresses: Array.from({ length: count }, (_, i) => fleetAddress(i)),
    ports: { inference, management, metrics },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
