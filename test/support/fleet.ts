/**
 * Many embedded TorchServes on one machine, each with a loopback address of its own and the same three ports, until
 * standard input ends:
 *
 *     fleet.ts COUNT INFERENCE_PORT MANAGEMENT_PORT METRICS_PORT
 *
 * Prints `ready` when all of them listen, at 127.1.0.1 and the addresses after it.
 */
import { argv, exit, stdin, stdout } from "node:process";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { fleetAddress } from "./fleet_address.ts";

const [count = 0, inferencePort = 0, managementPort = 0, metricsPort = 0] = argv.slice(2).map(Number);
const fleet: Emulator[] = [];
for (let i = 0; i < count; i++) {
  fleet.push(await startEmulator({ host: fleetAddress(i), seed: i, inferencePort, managementPort, metricsPort }));
}
// Requests of users, so that there is something to count.
for (const { inferenceUrl } of fleet) {
  await fetch(`${inferenceUrl}/predictions/resnet-18`, { method: "POST", body: "x" });
}
stdout.write("ready\n");
stdin.resume();
stdin.on("end", () => exit(0));
