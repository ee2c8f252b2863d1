import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

/** Code, message and hint of a run's error, in one text. */
const failure = async (instance: Record<string, unknown>): Promise<string> => {
  const result = await validateInstance({ timeout: 5, ...instance }, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  const { error } = await runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0 });
  return `${error?.code}: ${error?.message} / ${error?.hint}`;
};
const NAMES = { inference: "inference API", management: "management API", metrics: "metrics endpoint" } as const;
const OPTIONS = [
  ["openmetrics_endpoint", "metrics"],
  ["inference_api_url", "inference"],
  ["management_api_url", "management"],
] as const;

for (const tokenAuth of [false, true]) {
  describe(`a wrong port of a real TorchServe ${tokenAuth ? "as installed" : "without tokens"}`, () => {
    let server: RealTorchServe;
    before(async () => {
      server = await start(await prepare(), { tokenAuth, models: ["alpha=alpha_v1.mar"] });
    });
    after(() => server.stop());

    for (const [option, wanted] of OPTIONS) {
      const path = wanted === "metrics" ? "/metrics" : "";
      for (const found of ["inference", "management", "metrics"] as const) {
        if (found === wanted) continue;
        it(`is named: ${option} at the ${NAMES[found]}`, async () => {
          const url = `${new URL(server[`${found}Url`]).origin}${path}`;
          const text = await failure({ [option]: url });
          const start = `http: ${url} is TorchServe's ${NAMES[found]}, not its ${NAMES[wanted]} / set ${option} to `;
          assert.equal(text.slice(0, start.length), start);
        });
      }

      it(`is named: ${option} at a gRPC port`, async () => {
        const properties = readFileSync(join(server.directory, "config.properties"), "utf8");
        const port = /grpc_inference_port=(\d+)/.exec(properties)?.[1];
        const text = await failure({ [option]: `http://127.0.0.1:${port}${path}` });
        assert.match(text, new RegExp(`^http: .* / TorchServe's gRPC ports .*: set ${option} to `));
      });
    }
  });
}
