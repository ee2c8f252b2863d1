import assert from "node:assert/strict";
import { it } from "node:test";
import { tlsPath } from "../../contract/http_servers.ts";
import type { Host } from "../../faults/host.ts";
import { allFail, allWell, type World } from "./world.ts";

/** TLS options against nginx. `onDeno`: with Deno's TLS library. */
export function tlsSuite(world: () => World, host: () => Host, onDeno: boolean): void {
  type Port = keyof World["nginx"]["ports"];
  const at = (port: Port, name = "127.0.0.1") => `https://${name}:${world().nginx.ports[port]}/open`;
  const ca = { tls_ca_cert: tlsPath("ca.crt") };
  const asked = async () => await world().nginx.logged();
  const warnings = async (run: () => Promise<unknown>) => {
    const before = host().notifications.length;
    await run();
    return JSON.stringify(host().notifications.slice(before));
  };

  it("tls_ca_cert: an authority of one's own, from a file or a directory; unknown without", async () => {
    await allWell(host(), at("tls"), ca);
    await allWell(host(), at("tls", "localhost"), ca);
    await allWell(host(), at("tls"), { tls_ca_cert: tlsPath("ca-directory") });
    assert.match(await allFail(host(), "tls", at("tls")), /tls_ca_cert/);
  });

  it("tls_verify: false takes any certificate, and tls_ignore_warning says nothing of it", async () => {
    assert.match(await warnings(() => allWell(host(), at("otherName"), { tls_verify: false })), /not verified/);
    const options = { tls_verify: false, tls_ignore_warning: true };
    assert.doesNotMatch(await warnings(() => allWell(host(), at("otherName"), options)), /not verified/);
  });

  it("tls_validate_hostname: false takes a certificate of another name, of a known authority only", async () => {
    assert.match(await allFail(host(), "tls", at("otherName"), ca), /another name/);
    await allWell(host(), at("otherName"), { ...ca, tls_validate_hostname: false });
    await allFail(host(), "tls", at("otherName"), { tls_validate_hostname: false });
  });

  it("tls_use_host_header: the Host header is the name that is asked for and verified", async () => {
    const named = { ...ca, headers: { Host: "sni.test" } };
    await allFail(host(), "tls", at("sni"), named);
    await asked();
    await allWell(host(), at("sni"), { ...named, tls_use_host_header: true });
    for (const one of await asked()) assert.deepEqual([one.ssl_server_name, one.host], ["sni.test", "sni.test"]);
  });

  it("tls_cert, tls_private_key, tls_private_key_password: a client certificate", async () => {
    const [cert, key] = [tlsPath("client.crt"), tlsPath("client.key")];
    for (
      const identity of [
        { tls_cert: cert, tls_private_key: key },
        { tls_cert: tlsPath("client-with-key.pem") },
        { tls_cert: cert, tls_private_key: tlsPath("client-encrypted.key"), tls_private_key_password: "secret" },
      ]
    ) {
      await asked();
      await allWell(host(), at("mutual"), { ...ca, ...identity });
      assert.deepEqual([...new Set((await asked()).map((one) => one.ssl_client_s_dn))], ["CN=client"]);
    }
    assert.match(await allFail(host(), "http", at("mutual"), ca), /400/);
  });

  it("a client's key that does not fit, or whose password is wrong or missing, is told before anything is sent", async () => {
    const cert = { ...ca, tls_cert: tlsPath("client.crt") };
    const encrypted = { ...cert, tls_private_key: tlsPath("client-encrypted.key") };
    await asked();
    await allFail(host(), "config", at("mutual"), { ...cert, tls_private_key: tlsPath("other.key") });
    assert.match(await allFail(host(), "config", at("mutual"), encrypted), /tls_private_key_password/);
    await allFail(host(), "config", at("mutual"), { ...encrypted, tls_private_key_password: "wrong" });
    assert.deepEqual(await asked(), []);
  });

  it("tls_protocols_allowed: the versions that are spoken", async () => {
    for (const [version, refusing] of [["TLSv1.2", "tls13"], ["TLSv1.3", "tls12"]] as const) {
      const options = { ...ca, tls_protocols_allowed: [version] };
      await asked();
      await allWell(host(), at("tls"), options);
      assert.deepEqual([...new Set((await asked()).map((one) => one.ssl_protocol))], [version]);
      await allFail(host(), "tls", at(refusing), options);
    }
  });

  it(`tls_ciphers: ${onDeno ? "without effect, which is told" : "the cipher suites that are offered"}`, async () => {
    const only = (cipher: string) => ({ ...ca, tls_protocols_allowed: ["TLSv1.2"], tls_ciphers: [cipher] });
    const [fitting, other] = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"];
    await allWell(host(), at("ciphers"), only(fitting));
    if (onDeno) {
      assert.match(await warnings(() => allWell(host(), at("ciphers"), only(other))), /tls_ciphers has no effect/);
      return;
    }
    await allFail(host(), "tls", at("ciphers"), only(other));
    await asked();
    await allWell(host(), at("tls"), only(other));
    assert.deepEqual([...new Set((await asked()).map((one) => one.ssl_cipher))], [other]);
  });
}
