import { torchserveContract } from "../contract/torchserve_contract.ts";
import { prepare, start } from "./torchserve.ts";

torchserveContract({
  title: "TorchServe 0.12.0, open, metrics_mode=prometheus",
  tokenAuth: false,
  metricsMode: "prometheus",
  start: async () => await start(await prepare()),
});

torchserveContract({
  title: "TorchServe 0.12.0, as installed",
  tokenAuth: true,
  metricsMode: "log",
  start: async () => await start(await prepare(), { tokenAuth: true, metricsMode: "log" }),
});
