import assert from "node:assert/strict";
import { it } from "node:test";
import { tlsPath } from "../../contract/http_servers.ts";
import { Host } from "../../faults/host.ts";
import { instanceOf } from "../../faults/kinds.ts";
import type { Plugin } from "../../support/plugin_process.ts";
import type { Proxy } from "./proxies.ts";
import { allFail, allWell, type World } from "./world.ts";

const ca = { tls_ca_cert: tlsPath("ca.crt") };

/** Proxies: squid and tinyproxy for HTTP and CONNECT, microsocks for SOCKS 5, with and without credentials. */
export function proxySuite(plugin: Plugin, world: () => World, host: () => Host): void {
  const plain = (name = "127.0.0.1") => `http://${name}:${world().nginx.ports.plain}/open`;
  const secure = (name = "127.0.0.1") => `https://${name}:${world().nginx.ports.tls}/open`;
  const both = (address: string, more: object = {}) => ({ ...ca, proxy: { http: address, https: address, ...more } });

  for (const name of ["squid", "tinyproxy"] as const) {
    const proxy = (): Proxy => world()[name];
    it(`proxy through ${name}: http:// is forwarded, https:// goes through a tunnel`, async () => {
      const { open, logged } = proxy();
      await logged();
      await allWell(host(), plain(), both(`http://127.0.0.1:${open}`));
      const forwarded = await logged();
      assert.match(forwarded, /GET http:\/\/127\.0\.0\.1:\d+\/open\/metrics/);
      assert.doesNotMatch(forwarded, /CONNECT 127/);
      await allWell(host(), secure(), both(`http://127.0.0.1:${open}`));
      assert.match(await logged(), new RegExp(`CONNECT 127\\.0\\.0\\.1:${world().nginx.ports.tls}`));
    });

    it(`proxy through ${name}: credentials of its address, or auth`, async () => {
      const { closed, credentials } = proxy();
      for (const base of [plain(), secure()]) {
        await allWell(host(), base, both(`http://${credentials}@127.0.0.1:${closed}`));
        await allFail(host(), "auth", base, both(`http://127.0.0.1:${closed}`));
        await allFail(host(), "auth", base, both(`http://proxy-user:wrong@127.0.0.1:${closed}`));
      }
    });
  }

  it("proxy through squid: TLS to the proxy itself", async () => {
    const address = `https://localhost:${world().squid.secure}`;
    await allWell(host(), plain(), both(address));
    await allWell(host(), secure(), both(address));
  });

  it("proxy through microsocks: socks5 resolves names here, socks5h there", async () => {
    const { open, logged } = world().microsocks;
    for (const base of [plain, secure]) {
      await logged();
      await allWell(host(), base("localhost"), both(`socks5://127.0.0.1:${open}`));
      assert.doesNotMatch(await logged(), /localhost/);
      await allWell(host(), base("localhost"), both(`socks5h://127.0.0.1:${open}`));
      assert.match(await logged(), /connected to localhost:/);
      await allWell(host(), base(), both(`socks5://127.0.0.1:${open}`));
    }
  });

  it("proxy through microsocks: credentials of its address, or auth", async () => {
    const { closed, credentials } = world().microsocks;
    for (const base of [plain(), secure()]) {
      await allWell(host(), base, both(`socks5h://${credentials}@127.0.0.1:${closed}`));
      await allFail(host(), "auth", base, both(`socks5h://127.0.0.1:${closed}`));
      await allFail(host(), "auth", base, both(`socks5h://proxy-user:wrong@127.0.0.1:${closed}`));
    }
  });

  it("proxy.no_proxy: addresses, networks, suffixes and ports are reached directly", async () => {
    const { open, logged } = world().squid;
    const port = world().nginx.ports.plain;
    await logged();
    for (
      const [entry, name] of [["127.0.0.1", "127.0.0.1"], ["127.0.0.0/8", "127.0.0.1"], ["localhost", "localhost"], [
        `127.0.0.1:${port}`,
        "127.0.0.1",
      ], ["*", "127.0.0.1"]] as const
    ) {
      await allWell(host(), plain(name), both(`http://127.0.0.1:${open}`, { no_proxy: ["other.test", entry] }));
      assert.equal(await logged(), "", entry);
    }
    // A name that does not exist: the proxy says so, or, where it is passed by, we do.
    const nowhere = "http://a.torchserve.test";
    for (const entry of ["torchserve.test", ".torchserve.test", "*.test"]) {
      const said = await allFail(host(), "connect", nowhere, both(`http://127.0.0.1:${open}`, { no_proxy: [entry] }));
      assert.match(said, /ENOTFOUND|EAI_/);
      assert.equal(await logged(), "", entry);
    }
    await allFail(host(), "http", nowhere, both(`http://127.0.0.1:${open}`, { no_proxy: [".a.torchserve.test"] }));
    assert.match(await logged(), /GET http:\/\/a\.torchserve\.test/);
    await allWell(
      host(),
      plain(),
      both(`http://127.0.0.1:${open}`, { no_proxy: ["10.0.0.0/8", "127.0.0.2", "127.0.0.1:1"] }),
    );
    assert.match(await logged(), /GET/);
  });

  it("a proxy of the environment is used, NO_PROXY and skip_proxy keep from it", async () => {
    const { open, logged } = world().squid;
    const address = `http://127.0.0.1:${open}`;
    const inEnvironment = async (env: Record<string, string>, options: Record<string, unknown> = {}) => {
      const own = new Host(plugin, { env: { HTTP_PROXY: address, HTTPS_PROXY: address, ...env } });
      await logged();
      await allWell(own, plain(), { ...ca, ...options });
      await allWell(own, secure(), { ...ca, ...options });
      await own.finish();
      return await logged();
    };
    assert.match(await inEnvironment({}), /GET[^]*CONNECT/);
    assert.equal(await inEnvironment({ NO_PROXY: "127.0.0.0/8" }), "");
    assert.equal(await inEnvironment({}, { skip_proxy: true }), "");
  });

  it("proxy and skip_proxy of init_config hold for an instance that has none of its own", async () => {
    const { open, logged } = world().squid;
    const run = async (init_config: object, instance: object = {}) => {
      await logged();
      const report = await host().run({ instance: { ...instanceOf("inference", plain()), ...instance }, init_config });
      assert.equal(report.status, "ok");
      return await logged();
    };
    const proxy = { http: `http://127.0.0.1:${open}` };
    assert.match(await run({ proxy }), /GET/);
    assert.equal(await run({ proxy, skip_proxy: true }), "");
    assert.equal(await run({ proxy }, { skip_proxy: true }), "");
  });

  it("a proxy that is not there: connect, with its address", async () => {
    assert.match(
      await allFail(host(), "connect", plain(), both("http://127.0.0.1:1")),
      /the proxy http:\/\/127\.0\.0\.1:1/,
    );
  });
}
