import type { Dashboard } from "../dashboard.ts";
import { modelGlance } from "./model_glance.ts";
import { modelLogs } from "./model_logs.ts";
import { modelRequests } from "./model_requests.ts";
import { modelWorkers } from "./model_workers.ts";
import { versions } from "./versions.ts";

/** One model in depth. */
export const models = {
  key: "models",
  title: "TorchServe - Models",
  description:
    "One model in depth: choose it above. Does it answer, how long does it take, who waits, which version runs?",
  variables: ["model_name", "model_version", "host", "service"],
  groups: [modelGlance, modelRequests, modelWorkers, versions, modelLogs],
} as const satisfies Dashboard;
