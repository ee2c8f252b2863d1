import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { validateInstance } from "../../plugin/config/mod.ts";
import { OPTION_NAMES, optionOf } from "../../plugin/config/options.ts";
import { configOf } from "../support/config.ts";

const OPENMETRICS = { openmetrics_endpoint: "http://h:8082/metrics" };
const issuesOf = async (instance: Record<string, unknown>) => (await validateInstance(instance, {})).issues;

describe("an option without effect", () => {
  const values: Readonly<Record<string, unknown>> = {
    kerberos_delegate: true,
    kerberos_force_initiate: true,
    request_size: 64,
    enable_legacy_tags_normalization: false,
  };
  for (const name of OPTION_NAMES.filter((name) => optionOf(name).noEffect !== undefined)) {
    it(`is warned of: ${name}`, async () => {
      const issues = await issuesOf({ ...OPENMETRICS, [name]: values[name] ?? "x" });
      assert.deepEqual(issues.map(({ path, severity }) => [path, severity]), [[`instance.${name}`, "warning"]]);
      assert.match(issues[0]?.message ?? "", new RegExp(`^${name} has no effect here: .+\\.$`));
    });

    it(`is silent with its default: ${name}`, async () => {
      const { default: byDefault } = optionOf(name);
      assert.deepEqual(await issuesOf({ ...OPENMETRICS, [name]: byDefault }), []);
    });
  }
});

describe("Kerberos", () => {
  const asked = [{ auth_type: "kerberos" }, { auth_type: " Kerberos" }, { kerberos_auth: "required" }];
  for (const options of [...asked, { kerberos_auth: "optional" }, { kerberos_auth: true }]) {
    it(`is refused, with what to do: ${JSON.stringify(options)}`, async () => {
      const result = await validateInstance({ ...OPENMETRICS, ...options }, {});
      assert.equal(result.ok, false);
      const [issue] = result.issues;
      assert.equal(issue?.path, `instance.${Object.keys(options)[0]}`);
      assert.match(
        issue?.message ?? "",
        /Kerberos library, .+; use another auth_type, or put a proxy that does Kerberos/,
      );
    });
  }

  it("may be switched off", async () => {
    assert.deepEqual(await issuesOf({ ...OPENMETRICS, kerberos_auth: "disabled" }), []);
  });
});

describe("an authentication that lacks something is refused", () => {
  const lacking: readonly (readonly [Record<string, unknown>, readonly string[]])[] = [
    [{ auth_type: "digest", username: "u" }, ["password"]],
    [{ auth_type: "ntlm", password: "p" }, ["ntlm_domain"]],
    [{ auth_type: "aws", aws_host: "h" }, ["aws_region", "aws_service"]],
    // As in the Agent, ntlm_domain alone means ntlm.
    [{ ntlm_domain: "D\\u" }, ["password"]],
  ];
  for (const [options, names] of lacking) {
    it(JSON.stringify(options), async () => {
      const issues = await issuesOf({ ...OPENMETRICS, ...options });
      assert.deepEqual(
        issues.map(({ path, severity }) => `${severity} ${path}`),
        names.map((n) => `error instance.${n}`),
      );
    });
  }
});

describe("an option that needs another one", () => {
  const alone: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ hostname_format: "<HOSTNAME>-a" }, "hostname_label"],
    [{ tls_private_key: "/key.pem" }, "tls_cert"],
    [{ tls_private_key_password: "secret" }, "tls_private_key"],
    [{ aws_region: "eu-west-1" }, "auth_type: aws"],
    [{ aws_host: "h" }, "auth_type: aws"],
    [{ aws_service: "s" }, "auth_type: aws"],
  ];
  for (const [options, needed] of alone) {
    const [name = ""] = Object.keys(options);
    it(`is warned of without it: ${name}`, async () => {
      const issues = await issuesOf({ ...OPENMETRICS, ...options });
      assert.deepEqual(issues.map(({ path, severity }) => `${severity} ${path}`), [`warning instance.${name}`]);
      assert.equal(issues[0]?.message, `${name} has no effect without ${needed}.`);
    });
  }

  it("is silent beside it, and where it is off", async () => {
    for (
      const options of [
        { hostname_format: "<HOSTNAME>-a", hostname_label: "node" },
        { tls_private_key_password: "secret", tls_cert: "/both.pem" },
        { hostname_format: "" },
        { auth_type: "aws", aws_region: "eu-west-1", aws_host: "h", aws_service: "s" },
      ]
    ) {
      assert.deepEqual(await issuesOf({ ...OPENMETRICS, ...options }), [], JSON.stringify(options));
    }
  });
});

describe("what no connection can be made with is refused", () => {
  const wrong: readonly (readonly [Record<string, unknown>, string, RegExp])[] = [
    [
      { proxy: { http: "foo://secret@p:1" } },
      "proxy.http",
      /scheme "foo"; expected one of http, https, socks5, socks5h/,
    ],
    [{ proxy: { https: "socks4://p:1" } }, "proxy.https", /scheme "socks4"/],
    [{ proxy: { http: "constructor://p" } }, "proxy.http", /scheme "constructor"/],
    [{ tls_protocols_allowed: ["SSLv3"] }, "tls_protocols_allowed", /no version of TLS that exists here/],
  ];
  for (const [options, path, message] of wrong) {
    it(JSON.stringify(options), async () => {
      const issues = await issuesOf({ ...OPENMETRICS, ...options });
      assert.deepEqual(issues.map(({ path, severity }) => `${severity} ${path}`), [`error instance.${path}`]);
      assert.match(issues[0]?.message ?? "", message);
      assert.doesNotMatch(issues[0]?.message ?? "", /secret/);
    });
  }

  it("but not what one can be made with", async () => {
    for (
      const options of [
        { proxy: { http: "p:3128", https: "socks5h://p" } },
        { proxy: { http: "HTTP://p", no_proxy: ["h"] } },
        { tls_protocols_allowed: ["SSLv3", "TLSv1.2"] },
      ]
    ) {
      assert.deepEqual(await issuesOf({ ...OPENMETRICS, ...options }), [], JSON.stringify(options));
    }
  });
});

describe("the address of a Unix socket", () => {
  for (
    const path of ["%2Ftmp%2Fts.sock", "%2Ftmp%2Fts/", "%2Ftmp%2Fts.sock/base/metrics?name=a", "/tmp/ts.sock/metrics"]
  ) {
    const url = `unix://${path}`;
    it(`is right for the kinds that ask a server, and stays as it is configured: ${url}`, async () => {
      assert.equal((await configOf("openmetrics", { openmetrics_endpoint: url })).url, url);
      assert.equal((await configOf("inference", { inference_api_url: url })).url, url);
      const { options, url: shown } = await configOf("management", { management_api_url: url, token_api_url: url });
      assert.deepEqual([shown, options.management_api_url, options.token_api_url], [url, url, url]);
    });
  }

  const wrong: readonly (readonly [string, string])[] = [
    ["unix:/tmp/ts.sock", "unix://%2Ftmp%2Fts.sock"],
    ["/tmp/ts.sock", "unix://%2Ftmp%2Fts.sock"],
    ["http+unix:///tmp/ts.sock", "unix://%2Ftmp%2Fts.sock"],
    ["unix://tmp/ts.sock", "unix://%2Frun%2Fts.sock"],
    ["unix://%2Ftmp%2", "unix://%2Frun%2Fts.sock"],
    ["unix://%2Ftmp%00x", "unix://%2Frun%2Fts.sock"],
    ["unix://%2Ftmp x", "unix://%2Frun%2Fts.sock"],
    ["unix://user:secret@%2Ftmp", "unix://%2Frun%2Fts.sock"],
    ["unix://", "unix://%2Frun%2Fts.sock"],
  ];
  for (const [url, suggestion] of wrong) {
    it(`is told where it is none: ${url}`, async () => {
      const [issue] = await issuesOf({ inference_api_url: url });
      assert.equal(issue?.severity, "error");
      assert.equal(issue?.suggestion, suggestion);
      assert.doesNotMatch(issue?.message ?? "", /secret/);
    });
  }
});

describe("the name of a counter", () => {
  it("is right with and without _total, wherever an option takes a name", async () => {
    for (const name of ["ts_inference_requests", "ts_inference_requests_total"]) {
      const options = {
        ...OPENMETRICS,
        metrics: [name, { [name]: "a" }, { [name]: { name: "b", type: "counter" } }],
        extra_metrics: [name, { [name]: "c" }],
        exclude_metrics: [name],
        share_labels: { [name]: true },
        exclude_metrics_by_labels: { [name]: true },
      };
      assert.deepEqual(await issuesOf(options), []);
    }
  });
});
