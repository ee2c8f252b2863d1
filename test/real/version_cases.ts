/** A `case.json` of test/golden/versions: an instance, and the recorded answers that it gets by path and query. */
interface VersionCase {
  readonly instance: Readonly<Record<string, unknown>>;
  readonly answers: Readonly<Record<string, string>>;
  /** When the run is, in ISO 8601. */
  readonly now?: string;
}

const inference = { inference_api_url: "http://torchserve-0:8080" };
const management = { management_api_url: "http://torchserve-0:8081" };
const metrics = { openmetrics_endpoint: "http://torchserve-0:8082/metrics" };

/**
 * The cases of one version, by name.
 *
 * @param recorded when its answers were
 */
export function versionCases(recorded: Date): Record<string, VersionCase> {
  const now = recorded.toISOString();
  const models = {
    "/models?limit=100": "models.http",
    "/models/alpha/all": "models_alpha_all.http",
    "/models/beta/all": "models_beta_all.http",
  };
  const probe = (model: string) => ({ ...inference, inference_probe: { model, body: "x", expect_status: 200 } });
  return {
    inference: {
      instance: { ...probe("alpha"), extended_metrics: true },
      answers: {
        "/ping": "ping.http",
        "/": "inference_description.http",
        "/predictions/alpha": "predictions_alpha.http",
      },
    },
    inference_as_installed: { instance: inference, answers: { "/ping": "as_installed_ping.http" } },
    inference_model_unknown: {
      instance: probe("nope"),
      answers: { "/ping": "ping.http", "/predictions/nope": "predictions_nope.http" },
    },
    inference_unhealthy: { instance: inference, answers: { "/ping": "ping_unhealthy.http" } },
    management: {
      instance: { ...management, extended_metrics: true },
      answers: { ...models, "/": "management_description.http" },
      now,
    },
    management_as_installed: {
      instance: { ...management, include: ["none of them"] },
      answers: { "/models?limit=100": "as_installed_models.http" },
    },
    management_at_the_inference_port: {
      instance: { management_api_url: "http://torchserve-0:8080" },
      answers: { "/models?limit=100": "inference_models.http", "/": "inference_description.http" },
    },
    management_at_the_metrics_port: {
      instance: { management_api_url: "http://torchserve-0:8082" },
      answers: { "/models?limit=100": "inference_models.http", "/": "metrics_description.http" },
    },
    management_model_fails: {
      instance: { ...management, extended_metrics: true, include: ["beta"] },
      answers: { ...models, "/models/beta/all": "models_failing_all.http", "/": "management_description.http" },
      now,
    },
    management_model_gone: { instance: management, answers: { ...models, "/models/beta/all": "models_nope_all.http" } },
    openmetrics: { instance: metrics, answers: { "/metrics": "metrics.http" } },
    openmetrics_as_installed: { instance: metrics, answers: { "/metrics": "as_installed_metrics.http" } },
  };
}
