import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfig, resolveTemplates, type TemplateValues } from "../../plugin/config/mod.ts";

const values = (more: Partial<TemplateValues> = {}): TemplateValues => ({
  environment: { USER_NAME: "ops", PASSWORD: "12345", EMPTY: "", LOOP: "%%env_PASSWORD%%", "a.b-c": "dotted" },
  ...more,
});

const resolve = (value: unknown, more: Partial<TemplateValues> = {}) =>
  resolveTemplates(value, "instance", values(more)).value;

describe("resolveTemplates()", () => {
  it("replaces variables in every text, however deep, and leaves all else as it is", () => {
    const file = {
      username: "%%env_USER_NAME%%",
      password: "%%env_PASSWORD%%",
      headers: { "X-A": ["a %%env_USER_NAME%%-%%env_a.b-c%% b%%", "%%env_EMPTY%%"] },
      timeout: 3,
      tls_verify: false,
      nothing: null,
    };
    const before = structuredClone(file);
    assert.deepEqual(resolve(file), {
      username: "ops",
      password: "12345",
      headers: { "X-A": ["a ops-dotted b%%", ""] },
      timeout: 3,
      tls_verify: false,
      nothing: null,
    });
    assert.deepEqual(file, before);
  });

  it("fills in host and port, an address of IPv6 in brackets where it stands in a URL", () => {
    const url = "http://%%host%%:%%port%%/metrics";
    const of = (host: string, port: number, text = url) => resolve(text, { host, port });
    assert.equal(of("ts.example", 8082), "http://ts.example:8082/metrics");
    assert.equal(of("fd00::7", 8082), "http://[fd00::7]:8082/metrics");
    assert.equal(of("[fd00::7]", 8082), "http://[fd00::7]:8082/metrics");
    assert.equal(of("fd00::7", 1, "address:%%host%%"), "address:fd00::7");
  });

  it("leaves what stands for nothing, and looks for no variables in values", () => {
    for (
      const text of [
        "%%env_MISSING%%",
        "%%env_%%",
        "%%env%%",
        "%%env_toString%%",
        "%%env___proto__%%",
        "%%host%%",
        "%%port_0%%",
        "%%kube_pod_name%%",
        "50%%",
        "%%",
      ]
    ) assert.equal(resolve(text), text);
    assert.equal(resolve("%%env_LOOP%%"), "%%env_PASSWORD%%");
  });

  it("keeps a member with a name that JavaScript gives a meaning, for validation to refuse", () => {
    const resolved = resolve(JSON.parse('{"__proto__": {"a": "%%env_USER_NAME%%"}}'));
    assert.equal(JSON.stringify(resolved), '{"__proto__":{"a":"ops"}}');
  });

  it("ends with values that hold themselves", () => {
    const loop: Record<string, unknown> = { text: "%%env_USER_NAME%%" };
    loop["loop"] = [loop, loop, loop];
    resolve(loop);
  });
});

describe("readConfig() with template variables", () => {
  const text = 'init_config: {service: "%%env_USER_NAME%%"}\ninstances:\n' +
    '  - openmetrics_endpoint: http://%%host%%:%%port%%/metrics\n    password: "%%env_PASSWORD%%"\n' +
    '    username: "%%env_USER_NAME%%"\n    timeout: "%%env_PASSWORD%%"\n    tls_verify: "%%env_NO%%"\n' +
    'logs:\n  - {type: file, path: "/var/log/%%env_USER_NAME%%.log"}\n';

  it("resolves them in init_config, instances and logs; texts become numbers and booleans where options are some", async () => {
    const templates = { environment: { USER_NAME: "ops", PASSWORD: "12345", NO: "false" }, host: "ts", port: 8082 };
    const file = await readConfig(text, "conf.yaml", templates);
    assert.deepEqual(file.issues, []);
    const [instance] = file.instances;
    assert.ok(instance?.result.ok && instance.result.config.kind === "openmetrics");
    const { url, options } = instance.result.config;
    const { username, password, timeout, tls_verify, service } = options;
    assert.deepEqual([url, username, password, timeout, tls_verify, service], [
      "http://ts:8082/metrics",
      "ops",
      "12345",
      12345,
      false,
      "ops",
    ]);
    assert.equal(file.logs[0]?.type === "file" && file.logs[0].path, "/var/log/ops.log");
    assert.match(JSON.stringify(instance.raw), /%%env_PASSWORD%%/);
  });

  it("says of each that is missing where it stands and how it is called", async () => {
    const { issues, ok } = await readConfig(text, "conf.yaml", { environment: { NO: "s3cret" } });
    assert.equal(ok, false);
    const told = issues.map(({ path, message }) => `${path}: ${message}`).join("\n");
    assert.match(
      told,
      /^instances\[0\]\.password: .*%%env_PASSWORD%%.*not resolved.*the environment variable PASSWORD/m,
    );
    assert.match(told, /^instances\[0\]\.openmetrics_endpoint: .*%%host%%.*--host/m);
    assert.match(told, /^init_config\.service: .*%%env_USER_NAME%%/m);
    assert.match(told, /^logs\[0\]\.path: .*%%env_USER_NAME%%/m);
  });

  it("shows no value of a variable where an option is wrong", async () => {
    const wrong =
      'instances:\n  - inference_api_url: "%%env_S%%"\n    timeout: "%%env_S%%"\n    tls_verify: "%%env_S%%"\n' +
      '    auth_type: "%%env_S%%"\n    tags: "%%env_S%%"\n    headers: "%%env_S%%"\n    tls_ciphers: "%%env_S%%"\n' +
      '    "%%env_S%%": 1\nlogs: "%%env_S%%"\n';
    for (const secret of ["s3cret://s3cret", "s3cret", `s3cret"${"s3cret".repeat(20)}`]) {
      const { issues, instances } = await readConfig(wrong, "conf.yaml", { environment: { S: secret } });
      assert.ok(issues.length > 7);
      assert.doesNotMatch(JSON.stringify([issues, instances]), /s3cret/);
    }
    const short = await readConfig("inference_api_url: http://h\ntimeout: '%%env_S%%'", "", {
      environment: { S: "-7.0" },
    });
    assert.equal(short.issues[0]?.message, "Found the number ***; expected a number of seconds above 0.");
  });

  it("says of one without quotes at the start of a text that YAML wants some", async () => {
    const { issues } = await readConfig("password: %%env_PASSWORD%%\n", "conf.yaml", values());
    assert.match(JSON.stringify(issues), /put quotes around/);
  });
});
