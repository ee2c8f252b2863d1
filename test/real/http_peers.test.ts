import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { tlsPath } from "../contract/http_servers.ts";
import { Host } from "../faults/host.ts";
import { PLUGINS } from "../support/plugin_process.ts";
import { DIGEST_PASSWORD, DIGEST_USER } from "./peers/apache.ts";
import { rsaCertificate } from "./peers/certificates.ts";
import { AWS_ENVIRONMENT, gateSuite } from "./peers/gate_suite.ts";
import { nginxSuite } from "./peers/nginx_suite.ts";
import { proxySuite } from "./peers/proxy_suite.ts";
import { tlsSuite } from "./peers/tls_suite.ts";
import { allFail, allWell, startWorld, type World } from "./peers/world.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

describe("HTTP options against real software", () => {
  let world: World;
  let torchserve: RealTorchServe;
  before(async () => {
    world = await startWorld();
    const { certificate, key } = await rsaCertificate(world.directory);
    torchserve = await start(await prepare(), { tls: { certificate, key, authority: tlsPath("ca.crt") } });
  });
  after(async () => {
    await torchserve?.stop();
    await world?.stop();
  });

  for (const plugin of PLUGINS) {
    describe(plugin.name, () => {
      let host: Host;
      before(() => {
        host = new Host(plugin, { env: AWS_ENVIRONMENT });
      });
      after(async () => {
        assert.equal((await host.finish()).status, 0);
        assert.equal(host.stderr, "");
      });

      nginxSuite(() => world, () => host);
      tlsSuite(() => world, () => host, plugin.name === "Deno");
      proxySuite(plugin, () => world, () => host);
      gateSuite(() => world, () => host);

      it("auth_type digest: Apache's mod_auth_digest", async () => {
        const base = `http://127.0.0.1:${world.apache.port}`;
        const digest = { auth_type: "digest", username: DIGEST_USER, password: DIGEST_PASSWORD };
        await allWell(host, base, digest);
        await allFail(host, "auth", base, { ...digest, password: "wrong" });
        await allFail(host, "auth", base, { username: DIGEST_USER, password: DIGEST_PASSWORD });
      });

      it("auth_type kerberos: config, which says that there is none", async () => {
        const base = `http://127.0.0.1:${world.nginx.ports.plain}/open`;
        assert.match(await allFail(host, "config", base, { auth_type: "kerberos" }), /kerberos/i);
      });

      it("TorchServe's own TLS (private_key_file, certificate_file)", async () => {
        const ca = { tls_ca_cert: tlsPath("ca.crt") };
        const { inferenceUrl, managementUrl, metricsUrl } = torchserve;
        for (
          const instance of [
            { inference_api_url: inferenceUrl },
            { management_api_url: managementUrl },
            { openmetrics_endpoint: metricsUrl },
          ]
        ) {
          const well = await host.run({ instance: { ...instance, ...ca } });
          assert.equal(well.status, "ok", JSON.stringify(well.error ?? well.warnings));
          const unknown = await host.run({ instance });
          assert.deepEqual([unknown.error?.code, /tls_ca_cert/.test(unknown.error?.hint ?? "")], ["tls", true]);
          const [option = "", url = ""] = Object.entries(instance)[0] ?? [];
          const plain = await host.run({ instance: { [option]: url.replace("https", "http") } });
          assert.equal(plain.error?.code, "tls", plain.error?.message);
          assert.match(plain.error?.hint ?? "", /https:\/\//);
        }
      });
    });
  }
});
