import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isSpecial, plainAddress, readNetwork } from "../../plugin/exporter/addresses.ts";
import { Gate, RefusedTargetError } from "../../plugin/exporter/gate.ts";
import { readTarget } from "../../plugin/exporter/target.ts";
import { TargetList } from "../../plugin/exporter/target_list.ts";
import { HttpError } from "../../plugin/http/mod.ts";
import { API_NAMES } from "../../plugin/torchserve/mod.ts";

const RULES = { apis: API_NAMES, ports: { inference: 8080, management: 8081, metrics: 8082 } };

function list(...entries: string[]): TargetList {
  return TargetList.read(entries, (i) => assert.fail(`${entries[i]} is no entry`));
}

/** What a list makes of a target, at an address that its name leads to. */
function admits(of: TargetList, target: string, address?: string): boolean {
  const { host, endpoints: [endpoint] } = readTarget(target, RULES);
  const port = endpoint?.port ?? 0;
  return address === undefined ? of.names(host, port) : of.admits(host, port, address);
}

function gate(allow: TargetList, answers: Record<string, string[][]>, more = {}) {
  const asked: string[] = [];
  const resolve = (host: string) => {
    asked.push(host);
    const next = answers[host]?.shift();
    return next === undefined
      ? Promise.reject(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" }))
      : Promise.resolve(next);
  };
  return { asked, gate: new Gate({ allow, isProxied: false, resolve, ...more }) };
}

const refused = (thrown: unknown) => thrown instanceof RefusedTargetError;

describe("readTarget()", () => {
  const urls = (target: string) => readTarget(target, RULES).endpoints.map(({ api, url }) => `${api} ${url}`);

  it("takes a bare host for all APIs", () => {
    for (
      const [target, host] of [
        ["ts.example", "ts.example"],
        ["http://ts.example/", "ts.example"],
        ["TS.Example", "ts.example"],
        ["10.0.0.7", "10.0.0.7"],
        ["::1", "[::1]"],
        ["[::1]", "[::1]"],
        ["0x7f.1", "127.0.0.1"],
        ["2130706433", "127.0.0.1"],
        ["0177.0.0.01", "127.0.0.1"],
        ["127.1", "127.0.0.1"],
        ["[::ffff:7f00:1]", "[::ffff:7f00:1]"],
      ] as const
    ) {
      assert.deepEqual(urls(target), [
        `inference http://${host}:8080`,
        `management http://${host}:8081`,
        `metrics http://${host}:8082/metrics`,
      ], target);
    }
    assert.deepEqual(urls("https://ts.example")[0], "inference https://ts.example:8080");
  });

  it("knows an API by the end of its path, or by its port", () => {
    assert.deepEqual(urls("ts:8082"), ["metrics http://ts:8082/metrics"]);
    assert.deepEqual(urls("ts:8081"), ["management http://ts:8081"]);
    assert.deepEqual(urls("http://ts:8080/"), ["inference http://ts:8080"]);
    assert.deepEqual(urls("ts/metrics"), ["metrics http://ts:8082/metrics"]);
    assert.deepEqual(urls("http://ts:9000/a/metrics?name=x"), ["metrics http://ts:9000/a/metrics?name=x"]);
    assert.deepEqual(urls("https://ts/a/ping"), ["inference https://ts:443/a"]);
    assert.deepEqual(urls("http://ts/models"), ["management http://ts:80"]);
    assert.deepEqual(urls("[::1]:8081"), ["management http://[::1]:8081"]);
  });

  it("says what is wrong with what is no target, and repeats no password", () => {
    const wrong = [
      ["ts:9000", /which API/],
      ["http://ts:80", /which API/],
      ["http://ts:8081/other", /which API/],
      ["ftp://ts/metrics", /no http/],
      ["unix:///run/ts.sock", /no http/],
      ["file:///etc/passwd", /no http/],
      ["http://user:secret@ts/metrics", /no user name/],
      ["user:secret@ts", /no user name/],
      ["http:///metrics", /no address/],
      ["ts:0", /no address/],
      ["ts:99999", /no address/],
      ["ts\\@other", /no user name|backslashes/],
      ["ts#x", /blanks/],
      ["ts\nforged", /blanks/],
      ["a".repeat(3_000), /3000 characters/],
      ["256.256.256.256", /no address/],
    ] as const;
    for (const [target, message] of wrong) {
      assert.throws(
        () => readTarget(target, RULES),
        (thrown: Error) => message.test(thrown.message) && !/secret/.test(thrown.message),
        target,
      );
    }
  });

  it("reads any text to an address that a request is sent to as it stands, or throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.ipV4(), fc.ipV6()), (text) => {
      let target;
      try {
        target = readTarget(text, RULES);
      } catch (thrown) {
        assert.equal((thrown as Error).name, "BadTargetError");
        return;
      }
      for (const { url, port } of target.endpoints) {
        const read = new URL(url);
        assert.equal(read.hostname, target.host);
        assert.equal(Number(read.port || (read.protocol === "https:" ? 443 : 80)), port);
        assert.equal(read.username + read.password, "");
      }
    }));
  });
});

describe("addresses", () => {
  it("have one form for those of IPv4 that are mapped into IPv6", () => {
    for (
      const text of ["10.1.2.3", "::ffff:10.1.2.3", "[::ffff:a01:203]", "::FFFF:0a01:0203", "0:0:0:0:0:ffff:a01:203"]
    ) {
      assert.equal(plainAddress(text), "10.1.2.3", text);
    }
    assert.equal(plainAddress("fe80::1%eth0"), "fe80::1");
    assert.equal(plainAddress("FD00:0::00:1"), "fd00::1");
    for (const text of ["", "ts", "10.1.2", "0x7f.1", "127.1", "::g"]) {
      assert.equal(plainAddress(text), undefined, text);
    }
    fc.assert(fc.property(fc.ipV4(), (address) => plainAddress(`::ffff:${address}`) === plainAddress(address)));
  });

  it("are in networks, whichever form both are written in", () => {
    assert.ok(readNetwork("10.0.0.0/8")?.has("10.255.0.1"));
    assert.ok(readNetwork("::ffff:10.0.0.0/104")?.has("10.255.0.1"));
    assert.equal(readNetwork("10.0.0.0/8")?.has("11.0.0.1"), false);
    assert.ok(readNetwork("fd00::/8")?.has("fd12::1"));
    assert.equal(readNetwork("fd00::/8")?.has("10.0.0.1"), false);
    for (const text of ["10.0.0.0/33", "fd00::/129", "10.0.0.0/", "ts/8", "10.0.0.0/-1"]) {
      assert.equal(readNetwork(text), undefined, text);
    }
  });

  it("of this machine, of links, of groups and of nobody are special", () => {
    for (
      const address of ["127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1"]
    ) {
      assert.ok(isSpecial(address), address);
    }
    for (const address of ["10.0.0.1", "192.168.1.1", "8.8.8.8", "fd00::1"]) assert.ok(!isSpecial(address), address);
  });
});

describe("TargetList", () => {
  it("allows nothing when it is empty", () => {
    assert.equal(admits(list(), "10.0.0.1"), false);
    assert.equal(admits(list(), "ts", "10.0.0.1"), false);
  });

  it("knows hosts whatever their case, their dot at the end and their numeric form", () => {
    assert.ok(admits(list("TS.example"), "ts.EXAMPLE."));
    assert.ok(admits(list("127.0.0.1"), "0x7f000001"));
    assert.ok(admits(list("0x7f.1"), "127.0.0.1"));
    assert.ok(admits(list("127.0.0.1"), "[::ffff:127.0.0.1]"));
    assert.ok(admits(list("::1"), "[0:0:0:0:0:0:0:1]"));
    assert.ok(admits(list("*.example"), "a.b.example"));
    assert.equal(admits(list("*.example"), "example"), false);
    assert.equal(admits(list("*.example"), "badexample"), false);
    assert.equal(admits(list("ts"), "ts.example"), false);
  });

  it("holds entries with a port to it", () => {
    for (const [entry, other] of [["ts:8082", "ts"], ["10.0.0.1:8082", "10.0.0.1"], ["[::1]:8082", "[::1]"]] as const) {
      assert.ok(admits(list(entry), `${other}:8082`), entry);
      assert.equal(admits(list(entry), `${other}:8081`), false, entry);
    }
    assert.ok(admits(list("10.0.0.0/8:8082"), "10.3.3.3:8082"));
    assert.equal(admits(list("10.0.0.0/8:8082"), "10.3.3.3:8081"), false);
    assert.ok(admits(list("[fd00::]/8:8082"), "[fd00::1]:8082"));
  });

  it("does not take a name for its word when it leads to this machine or to a link-local address", () => {
    assert.ok(admits(list("ts"), "ts", "10.0.0.1"));
    assert.equal(admits(list("ts"), "ts", "127.0.0.1"), false);
    assert.equal(admits(list("ts"), "ts", "169.254.169.254"), false);
    assert.ok(admits(list("ts", "127.0.0.1"), "ts", "127.0.0.1"));
    assert.ok(admits(list("localhost"), "localhost", "127.0.0.1"));
  });

  it("tells the entries that are none", () => {
    const entries = [
      "http://ts",
      "ts/metrics",
      "user@ts",
      "ts:0",
      "ts:99999",
      "",
      "a b",
      "10.0.0.0/40",
      "*",
      "[::1",
      "ts:x",
    ];
    const wrong: number[] = [];
    TargetList.read(entries, (i) => wrong.push(i));
    assert.deepEqual(wrong, entries.map((_, i) => i));
  });
});

describe("Gate", () => {
  it("looks a name up once, and gives connections the addresses that were checked", async () => {
    const { gate: one, asked } = gate(list("10.0.0.0/8"), { ts: [["192.0.2.1", "10.0.0.5"], ["192.0.2.1"]] });
    await one.admit("ts", [8082]);
    assert.deepEqual(await one.lookup("ts"), ["10.0.0.5"]);
    assert.deepEqual(asked, ["ts"]);
  });

  it("refuses a name that changes its answer to an address that is not listed", async () => {
    const { gate: one } = gate(list("10.0.0.0/8"), { ts: [["10.0.0.5"], ["192.0.2.1"]] });
    assert.equal(await one.admit("ts", [8082]), true, "the addresses are new");
    await assert.rejects(one.admit("ts", [8082]), refused);
    const { gate: named } = gate(list("ts"), { ts: [["10.0.0.5"], ["10.0.0.5"], ["127.0.0.1"]] });
    await named.admit("ts", [8082]);
    assert.equal(await named.admit("ts", [8082]), false, "the addresses are the same");
    await assert.rejects(named.admit("ts", [8082]), /leads to this machine/);
  });

  it("looks nothing up that no answer could allow", async () => {
    const { gate: none, asked } = gate(list("other"), { ts: [["10.0.0.5"]] });
    await assert.rejects(none.admit("ts", [8082]), refused);
    assert.deepEqual(asked, []);
  });

  it("leaves it to the probe when a name that is listed has no address now", async () => {
    const { gate: one } = gate(list("ts"), {});
    await one.admit("ts", [8082]);
    await assert.rejects(one.lookup("ts"), /ENOTFOUND/);
    const { gate: network } = gate(list("10.0.0.0/8"), {});
    await assert.rejects(network.admit("ts", [8082]), refused);
  });

  it("asks for both addresses of a local name, since both are tried", async () => {
    const { gate: one, asked } = gate(list("127.0.0.0/8"), {});
    await assert.rejects(one.admit("localhost", [8082]), refused);
    const { gate: both } = gate(list("127.0.0.0/8", "::1"), {});
    await both.admit("localhost", [8082]);
    const { gate: named } = gate(list("localhost"), {});
    await named.admit("localhost", [8082]);
    assert.deepEqual(asked, []);
  });

  it("goes by names alone behind a proxy, which looks names up itself", async () => {
    const { gate: one, asked } = gate(list("10.0.0.0/8", "ts"), { other: [["10.0.0.5"]] }, { isProxied: true });
    await one.admit("ts", [8082]);
    await one.admit("10.0.0.7", [8082]);
    await assert.rejects(one.admit("other", [8082]), /behind a proxy/);
    assert.deepEqual(asked, []);
  });

  it("lets a module probe only what its own list has, too", async () => {
    const { gate: one } = gate(list("10.0.0.0/8"), { ts: [["10.0.0.5", "10.9.0.1"]] }, {
      ofModule: list("10.9.0.0/16"),
    });
    await one.admit("ts", [8082]);
    assert.deepEqual(await one.lookup("ts"), ["10.9.0.1"]);
    await assert.rejects(one.admit("10.0.0.5", [8082]), /the module's targets/);
  });

  it("keeps the addresses that are good for every port of a target, from one look", async () => {
    const two = list("10.0.0.0/8:8082", "10.1.0.0/16:8081");
    const { gate: one, asked } = gate(two, { ts: [["10.2.0.1", "10.1.0.1"], ["10.2.0.1"], ["10.2.0.1", "10.1.0.1"]] });
    await one.admit("ts", [8081, 8082]);
    assert.deepEqual(await one.lookup("ts"), ["10.1.0.1"]);
    assert.deepEqual(asked, ["ts"]);
    await assert.rejects(one.admit("ts", [8081, 8082]), refused);
    await one.admit("ts", [8082]);
    assert.deepEqual(await one.lookup("ts"), ["10.2.0.1", "10.1.0.1"]);
  });

  it("holds a redirect to the ports before it", async () => {
    const two = list("10.0.0.0/8:8082", "10.1.0.0/16:8081");
    const { gate: one } = gate(two, { ts: [["10.2.0.1"], ["10.2.0.1", "10.1.0.1"], ["10.2.0.1"]] });
    await one.admit("ts", [8082]);
    await one.mayFollow(new URL("http://ts:8081/"));
    assert.deepEqual(await one.lookup("ts"), ["10.1.0.1"]);
    await assert.rejects(one.mayFollow(new URL("http://ts:8081/")), HttpError);
  });

  it("checks the address of a host that is passed by its proxy", async () => {
    const { gate: one } = gate(list("ts"), { ts: [["10.0.0.5"], ["127.0.0.1"]] }, { isProxied: true });
    await one.admit("ts", [8082]);
    assert.deepEqual(await one.lookup("ts"), ["10.0.0.5"]);
    await assert.rejects(one.lookup("ts"), refused);
  });

  it("turns a redirect to what is not allowed into a failure of the request", async () => {
    const { gate: one } = gate(list("ts"), { other: [["10.0.0.5"]] });
    await assert.rejects(
      one.mayFollow(new URL("http://169.254.169.254/latest/meta-data")),
      (thrown) => thrown instanceof HttpError && /A redirect is not followed/.test(thrown.message),
    );
    await assert.rejects(one.mayFollow(new URL("https://other/")), HttpError);
  });
});
