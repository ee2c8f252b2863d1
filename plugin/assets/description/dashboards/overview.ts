import type { Dashboard } from "../dashboard.ts";
import { gpu } from "./gpu.ts";
import { host } from "./host.ts";
import { latency } from "./latency.ts";
import { logs } from "./logs.ts";
import { serve } from "./serve.ts";
import { traffic } from "./traffic.ts";
import { versions } from "./versions.ts";
import { workers } from "./workers.ts";

/** All servers at once: the first group alone fills a wall. */
export const overview = {
  key: "overview",
  title: "TorchServe - Overview",
  description:
    "Can TorchServe serve, is it used, does it fail, how slow is it, and is that overload or a slow model? The first group " +
    "answers at a glance, those below say why.",
  variables: ["host", "service", "model_name", "model_version"],
  groups: [serve, traffic, latency, workers, versions, host, gpu, logs],
} as const satisfies Dashboard;
