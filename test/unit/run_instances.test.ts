import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Instances, MAX_INSTANCES } from "../../plugin/run/mod.ts";

const id = (key: string) => ({ key, isCheckId: true });

describe("Instances", () => {
  it("keeps at least 4,096 of them", () => {
    assert.ok(MAX_INSTANCES >= 4_096);
    const dropped: string[] = [];
    const instances = new Instances(() => undefined, ({ key }) => dropped.push(key));
    const first = instances.get(id("0"));
    for (let i = 1; i < MAX_INSTANCES; i++) instances.get(id(String(i)));
    assert.equal(instances.get(id("0")), first);
    assert.deepEqual(dropped, []);
  });

  it("drops the one that ran longest ago, and tells which", () => {
    const dropped: string[] = [];
    const instances = new Instances(() => undefined, ({ key }) => dropped.push(key), 2);
    const a = instances.get(id("a"));
    instances.get(id("b"));
    instances.get(id("a"));
    instances.get(id("c"));
    assert.deepEqual(dropped, ["b"]);
    assert.equal(instances.get(id("a")), a);
  });

  it("tells an instance without check_id from a check_id that is the same text", () => {
    const instances = new Instances(() => undefined, () => {});
    assert.notEqual(instances.get({ key: "a", isCheckId: false }), instances.get(id("a")));
  });

  it("validates a configuration once, and again when it changes; what runs left stays", async () => {
    const instance = new Instances(() => undefined, () => {}).get(id("a"));
    const [one, two] = ["http://a", "http://b"].map((inference_api_url) => ({ inference_api_url }));
    const prepare = (value: unknown) => instance.prepare(JSON.stringify(value), value, undefined);
    instance.state = { version: 1 };
    assert.equal(await prepare(one), await prepare(one));
    assert.notEqual(await prepare(one), await prepare(two));
    assert.deepEqual(instance.state, { version: 1 });
  });
});
