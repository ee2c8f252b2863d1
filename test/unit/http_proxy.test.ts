import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { httpDefaults } from "../../plugin/config/mod.ts";
import { HttpError } from "../../plugin/http/mod.ts";
import { proxyChoice } from "../../plugin/http/wire/proxy.ts";
import { ipv6Bytes } from "../../plugin/http/wire/proxy_socks.ts";

const http = { host: "target.test", port: 80, secure: false };
const https = { host: "target.test", port: 443, secure: true };

describe("proxyChoice", () => {
  it("takes the instance's proxy of the target's scheme", () => {
    const choose = proxyChoice(httpDefaults({ proxy: { http: "http://h:1", https: "socks5h://s" } }), {});
    assert.equal(choose?.(http)?.address, "http://h:1");
    assert.equal(choose?.(https)?.address, "socks5h://s:1080");
  });

  it("takes the environment's, lower case first, where the instance has none", () => {
    const env = { http_proxy: "low:1", HTTP_PROXY: "up:2", ALL_PROXY: "socks5://all:3" };
    const choose = proxyChoice(httpDefaults({}), env);
    assert.equal(choose?.(http)?.address, "http://low:1");
    assert.equal(choose?.(https)?.address, "socks5://all:3");
    assert.equal(proxyChoice(httpDefaults({ proxy: { http: "http://own:9" } }), env)?.(http)?.address, "http://own:9");
  });

  it("goes directly with skip_proxy and without any proxy", () => {
    assert.equal(
      proxyChoice(httpDefaults({ skip_proxy: true, proxy: { http: "http://h" } }), { http_proxy: "x" }),
      undefined,
    );
    assert.equal(proxyChoice(httpDefaults({ proxy: {} }), {}), undefined);
  });

  it("lets no_proxy count for all proxies and NO_PROXY for the environment's only", () => {
    const own = proxyChoice(httpDefaults({ proxy: { http: "http://h:1", no_proxy: ["target.test"] } }), {
      https_proxy: "e:2",
    });
    assert.equal(own?.(http), undefined);
    assert.equal(own?.(https), undefined);
    const env = proxyChoice(httpDefaults({ proxy: { http: "http://h:1" } }), {
      https_proxy: "e:2",
      NO_PROXY: "target.test",
    });
    assert.equal(env?.(http)?.address, "http://h:1");
    assert.equal(env?.(https), undefined);
  });

  it("forwards http through HTTP proxies, with credentials that messages do not show", () => {
    const route = proxyChoice(httpDefaults({ proxy: { http: "http://us%40er:s%3Acret@h:1" } }), {})?.(http);
    assert.equal(route?.forward?.authorization, `Basic ${btoa("us@er:s:cret")}`);
    assert.equal(route?.address, "http://h:1");
  });

  it("refuses other kinds of proxies without showing their user info", () => {
    for (const proxy of ["ftp://u:sesame@h", "http://", "socks4://u:sesame@h:1", "http://u:sesame@ho st"]) {
      assert.throws(() => proxyChoice(httpDefaults({ proxy: { http: proxy } }), {}), (error) => {
        assert.ok(error instanceof HttpError);
        assert.equal(error.code, "config");
        assert.doesNotMatch(error.message, /sesame/);
        return true;
      });
    }
  });
});

describe("ipv6Bytes", () => {
  const cases: [string, string][] = [
    ["::", "00000000000000000000000000000000"],
    ["::1", "00000000000000000000000000000001"],
    ["fe80::1%eth0", "fe800000000000000000000000000001"],
    ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
    ["2001:db8::ff00:42:8329", "20010db8000000000000ff0000428329"],
    ["::ffff:192.0.2.33", "00000000000000000000ffffc0000221"],
    ["1::", "00010000000000000000000000000000"],
  ];
  for (const [address, hex] of cases) {
    it(address, () => {
      assert.equal(ipv6Bytes(address).map((byte) => byte.toString(16).padStart(2, "0")).join(""), hex);
    });
  }
});
