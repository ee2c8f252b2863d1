import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { httpDefaults } from "../../plugin/config/mod.ts";
import { chooseTransport, type HttpOptions } from "../../plugin/http/mod.ts";

type Given = Partial<HttpOptions>;
const choose = (given: Given, env: Readonly<Record<string, string>>, runtime: "bun" | "deno") =>
  chooseTransport(httpDefaults(given), env, runtime);

describe("chooseTransport", () => {
  it("takes fetch on Bun, also with authorities, without verification and with the defaults written out", () => {
    const options: Given[] = [
      {},
      { tls_ca_cert: "/ca.pem" },
      { tls_verify: false },
      { timeout: 5, connect_timeout: 5, read_timeout: 5 },
      { tls_protocols_allowed: ["SSLv3", "TLSv1.2", "TLSv1.3"], tls_ciphers: ["ALL"] },
      { tls_protocols_allowed: [], tls_ciphers: [] },
      { auth_type: "digest", username: "u", password: "p" },
      { proxy: { http: "http://proxy" }, skip_proxy: true },
      { proxy: { no_proxy: ["a"] } },
    ];
    for (const option of options) assert.equal(choose(option, {}, "bun"), "fetch", JSON.stringify(option));
  });

  it("takes node for every option that Bun's fetch does not do right", () => {
    const options: Given[] = [
      { proxy: { http: "http://proxy" } },
      { proxy: { https: "socks5://proxy" } },
      { persist_connections: true },
      { connect_timeout: 1 },
      { ignore_connection_errors: true },
      { timeout: 10, connect_timeout: 10, read_timeout: 20 },
      { auth_type: "ntlm", ntlm_domain: "D\\u", password: "p" },
      { ntlm_domain: "D\\u", password: "p" },
      { tls_cert: "/c.pem" },
      { tls_private_key: "/k.pem" },
      { tls_use_host_header: true },
      { tls_validate_hostname: false },
      { tls_ciphers: ["TLS_AES_256_GCM_SHA384"] },
      { tls_protocols_allowed: ["TLSv1.3"] },
      { tls_protocols_allowed: ["TLSv1", "TLSv1.2", "TLSv1.3"] },
    ];
    for (const option of options) assert.equal(choose(option, {}, "bun"), "node", JSON.stringify(option));
  });

  it("takes node when the environment names a proxy, even if it is to be skipped", () => {
    for (const name of ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]) {
      assert.equal(choose({ skip_proxy: true }, { [name]: "http://proxy" }, "bun"), "node", name);
      assert.equal(choose({}, { [name]: "" }, "bun"), "fetch", name);
    }
  });

  it("takes node on Deno", () => {
    assert.equal(choose({}, {}, "deno"), "node");
  });
});
