/**
 * The contract between the emulator and the real TorchServe 0.12.0: one suite for both. What a case asserts was first
 * seen on the real one.
 *
 * @module
 */
import { after, before, describe } from "node:test";
import { Client, type Target } from "./torchserve_client.ts";
import { apisCases } from "./torchserve_apis.ts";
import { listCases } from "./torchserve_list.ts";
import { logCases, metricsCases } from "./torchserve_metrics.ts";
import { nameCases } from "./torchserve_names.ts";
import { operationCases } from "./torchserve_operations.ts";
import { tokenCases } from "./torchserve_tokens.ts";

export type { Target } from "./torchserve_client.ts";

export interface ContractOptions {
  /** What is tested, for the suite's title. */
  readonly title: string;
  readonly tokenAuth: boolean;
  readonly metricsMode: "prometheus" | "log";
  /** Starts a fresh server; the suite stops it. */
  readonly start: () => Promise<Target>;
}

/** Declares the suite. */
export function torchserveContract(options: ContractOptions): void {
  describe(`TorchServe's contract: ${options.title}`, () => {
    let client: Client | undefined;
    const current = () => {
      if (client === undefined) throw new Error("the server did not start");
      return client;
    };
    before(async () => {
      client = new Client(await options.start());
    });
    after(async () => {
      await client?.target.stop();
    });
    // The first cases see the server as it started; the others put back what they change.
    apisCases(current);
    listCases(current);
    nameCases(current, options.tokenAuth);
    operationCases(current);
    if (options.metricsMode === "prometheus") metricsCases(current);
    else logCases(current);
    if (options.tokenAuth) tokenCases(current);
  });
}
