import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { readSettings, type Settings } from "../../plugin/exporter/settings.ts";
import { shownSettings } from "../../plugin/exporter/shown_settings.ts";
import { readWebConfig } from "../../plugin/exporter/web_config.ts";
import { tlsPath, tlsText } from "../contract/http_servers.ts";

async function settingsOf(text: string): Promise<Settings> {
  const { settings, issues } = await readSettings(text, "exporter.yaml", {});
  assert.deepEqual(issues, []);
  assert.ok(settings);
  return settings;
}

async function errorsOf(text: string): Promise<string[]> {
  const { settings, issues } = await readSettings(text, "exporter.yaml", {});
  assert.equal(settings, undefined);
  return issues.filter(({ severity }) => severity === "error").map(({ path, message }) => `${path}: ${message}`);
}

describe("readSettings()", () => {
  it("allows nothing where nothing is written, and has a default module", async () => {
    const settings = await settingsOf("");
    assert.ok(settings.allow.isEmpty);
    assert.deepEqual([...settings.modules.keys()], ["default"]);
  });

  it("reads targets, modules and limits", async () => {
    const settings = await settingsOf(`
targets:
  allow: [ts.example, "10.0.0.0/8:8082"]
modules:
  tokens:
    token_key_file: /keys/key_file.json
    extended_metrics: true
    apis: [inference, management]
    ports: {inference: 9080}
    probe_timeout: 5
    targets: [ts.example]
limits: {probes: 10}
`);
    const module = settings.modules.get("tokens");
    assert.deepEqual(module?.apis, ["inference", "management"]);
    assert.deepEqual(module?.ports, { inference: 9080, management: 8081, metrics: 8082 });
    assert.equal(module?.probeTimeout, 5);
    assert.deepEqual(module?.options, { token_key_file: "/keys/key_file.json", extended_metrics: true });
    assert.deepEqual(settings.limits, { probes: 10, probesOfATarget: 4 });
  });

  it("wants to know where credentials may go", async () => {
    for (
      const option of [
        "{username: u, password: p}",
        "{headers: {X-Key: k}}",
        "{token_key_file: /k}",
        "{auth_type: aws, aws_region: r, aws_host: h, aws_service: s}",
        "{tls_cert: /c}",
      ]
    ) {
      assert.match((await errorsOf(`modules: {a: ${option}}`)).join("\n"), /modules\.a\.targets: .*credentials/);
    }
  });

  it("says where something is wrong, what was found and what is expected", async () => {
    const cases = [
      ["targets: {allow: [http://ts]}", /^targets\.allow\[0\]: Found no target; expected a host/],
      ["targets: {allow: ts}", /^targets\.allow: .*a list of targets/],
      ["targets: [a]", /^targets: .*a mapping/],
      ["modules: {a: {timeout: x}}", /^modules\.a\.timeout: .*"x"; expected a number/],
      ["modules: {a: {openmetrics_endpoint: http://ts}}", /Found an endpoint/],
      ["modules: {a: {metrics_log: /logs}}", /Found an endpoint/],
      ["modules: {a: {apis: [grpc]}}", /^modules\.a\.apis\[0\]: .*inference, management or metrics/],
      ["modules: {a: {ports: {metrics: 0}}}", /^modules\.a\.ports\.metrics: .*a port/],
      ["modules: {'a b': {}}", /letters, digits/],
      ["modules: {a: 3}", /^modules\.a: .*mapping/],
      ["limits: {probes: 0}", /^limits\.probes: .*whole number/],
      ["targets: {allow: [", /:1:18: Found \[ that is not closed/],
      ["- a", /a mapping/],
    ] as const;
    for (const [text, expected] of cases) assert.match((await errorsOf(text)).join("\n"), expected, text);
  });

  it("warns of what is misspelt and of what has no effect", async () => {
    const { issues } = await readSettings(
      "modules: {a: {timeot: 3, apis: [inference], limit: 3}}\ntarget: {}",
      "f",
      {},
    );
    assert.deepEqual(issues.map(({ severity, path, suggestion }) => [severity, path, suggestion]), [
      ["warning", "target", "targets"],
      ["warning", "modules.a.timeot", "timeout"],
      ["warning", "modules.a.limit", undefined],
    ]);
  });

  it("takes secrets from the environment, and shows none of them, whatever option they stand in", async () => {
    const environment = { PASSWORD: "canary-1", TIMEOUT: "canary-2", HOST: "ts" };
    const text = "targets: {allow: ['%%env_HOST%%']}\n" +
      "modules: {a: {username: u, password: '%%env_PASSWORD%%', tls_ca_cert: '%%env_PASSWORD%%', targets: [ts]}}";
    const { settings, issues } = await readSettings(text, "f", environment);
    assert.deepEqual(issues, []);
    assert.ok(settings);
    assert.equal(settings.modules.get("a")?.options["password"], "canary-1");
    assert.ok(settings.allow.names("ts", 1));
    const shown = await shownSettings(settings);
    assert.doesNotMatch(shown, /canary/);
    assert.match(shown, /tls_ca_cert: "%%env_PASSWORD%%"/);
    for (const name of ["a", "a-b"]) {
      const wrong = await readSettings(`modules: {${name}: {timeout: '%%env_TIMEOUT%%'}}`, "f", environment);
      assert.match(JSON.stringify(wrong.issues), /timeout.*expected a number/);
      assert.doesNotMatch(JSON.stringify(wrong.issues), /canary/);
    }
    const missing = await readSettings("modules: {a: {timeout: '%%env_NONE%%'}}", "f", environment);
    assert.match(JSON.stringify(missing.issues), /the environment variable NONE/);
  });

  it("throws for no text, and is shown whatever stands in it", async () => {
    const names = fc.constantFrom(
      "targets",
      "allow",
      "modules",
      "default",
      "a",
      "apis",
      "ports",
      "password",
      "__proto__",
    );
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(names, tie("node"), { maxKeys: 4 }),
      ),
    }));
    const texts = fc.oneof(fc.dictionary(names, node, { maxKeys: 4 }).map((file) => JSON.stringify(file)), fc.string());
    await fc.assert(fc.asyncProperty(texts, async (text) => {
      const { settings, issues } = await readSettings(text, "f", {});
      if (settings === undefined) assert.ok(issues.some(({ severity }) => severity === "error"));
      else assert.match(await shownSettings(settings), /^targets:/);
    }));
  });

  it("is shown without secrets", async () => {
    const { settings } = await readSettings(
      `
targets: {allow: [ts]}
modules:
  a:
    username: canary-1
    password: canary-2
    pasword: canary-3
    headers: {X-Key: canary-4}
    proxy: {http: "http://u:canary-5@proxy"}
    token_key_file: /keys
    token_api_url: http://u:canary-6@ts
    auth_token: {reader: {type: oauth, url: http://t, client_id: i, client_secret: canary-7}, writer: {type: header, name: A}}
    targets: [ts]
    timeout: 3
`,
      "f",
      {},
    );
    assert.ok(settings);
    const shown = await shownSettings(settings);
    assert.doesNotMatch(shown, /canary/);
    assert.match(shown, /timeout: 3\n/);
    assert.match(shown, /password: <secret>/);
  });
});

/** Of the password "secret", with a cost of 4. */
const HASH = "$2b$04$VGavlg.UL7rNoBEdqRtQtejUqB0m2qcYD6VupegQb1CBrdc7BUf0q";

describe("readWebConfig()", () => {
  let folder: string;
  before(async () => folder = await mkdtemp(join(tmpdir(), "web-config-")));
  after(() => rm(folder, { recursive: true }));
  const read = async (text: string) => {
    await writeFile(join(folder, "web.yaml"), text);
    return await readWebConfig(join(folder, "web.yaml"));
  };
  const pair = `cert_file: ${tlsPath("server.crt")}, key_file: ${tlsPath("server.key")}`;

  it("reads certificates by path or inline, users and headers", async () => {
    const byPath = await read(`tls_server_config: {${pair}}\nhttp_server_config: {headers: {X-Frame-Options: deny}}`);
    assert.equal(byPath.tls?.cert, tlsText("server.crt"));
    assert.equal(byPath.tls?.minVersion, "TLSv1.2");
    assert.deepEqual(byPath.headers, { "X-Frame-Options": "deny" });
    await writeFile(join(folder, "c.pem"), tlsText("server.crt"));
    const relative = await read(`tls_server_config: {cert_file: c.pem, key_file: ${tlsPath("server.key")}}`);
    assert.equal(relative.tls?.cert, byPath.tls?.cert);
    const inline = await read(JSON.stringify({
      tls_server_config: { cert: tlsText("server.crt"), key: tlsText("server.key"), min_version: "TLS13" },
    }));
    assert.equal(inline.tls?.minVersion, "TLSv1.3");
    assert.equal((await read("")).users.isEmpty, true);
  });

  it("says what of it has no effect", async () => {
    const { notices } = await read(
      `tls_server_config: {${pair}, cipher_suites: [A], min_version: TLS10}\nhttp_server_config: {http2: true}\n` +
        "rate_limit: {interval: 1s, burst: 2}",
    );
    assert.deepEqual(notices.map((notice) => /cipher_suites|http2|rate_limit|TLS before/.exec(notice)?.[0]), [
      "cipher_suites",
      "http2",
      "rate_limit",
      "TLS before",
    ]);
    assert.match((await read(`basic_auth_users: {u: ${HASH}}`)).notices.join(), /unencrypted/);
  });

  const ca = `client_ca_file: ${tlsPath("ca.crt")}`;
  const wrong = [
    ["tls_server_config: {cert_file: /none/c.pem, key_file: k}", /\/none\/c\.pem does not exist/],
    [`tls_server_config: {cert_file: ${tlsPath("server.crt")}}`, /neither key nor key_file/],
    [
      `tls_server_config: {cert_file: ${tlsPath("server.key")}, key_file: ${tlsPath("server.key")}}`,
      /cert: .*no certificate/,
    ],
    [`tls_server_config: {cert_file: ${tlsPath("server.crt")}, key_file: ${tlsPath("other.key")}}`, /does not belong/],
    [
      `tls_server_config: {cert_file: ${tlsPath("server.crt")}, key_file: ${tlsPath("client-encrypted.key")}}`,
      /without a password/,
    ],
    [`tls_server_config: {${pair}, cert: x}`, /has cert and cert_file/],
    [`tls_server_config: {${pair}, ${ca}}`, /client_ca with client_auth_type NoClientCert/],
    [`tls_server_config: {${pair}, client_auth_type: RequireAndVerifyClientCert}`, /no client_ca/],
    [`tls_server_config: {${pair}, client_auth_type: Sometimes}`, /one of NoClientCert/],
    [
      `tls_server_config: {${pair}, ${ca}, client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [a]}`,
      /client_allowed_sans/,
    ],
    [`tls_server_config: {${pair}, min_version: TLS13, max_version: TLS12}`, /above/],
    [`tls_server_config: {${pair}, min_version: SSL3}`, /TLS10/],
    [`tls_server_config: {${pair}, client_auth: x}`, /client_auth: Unknown/],
    ["basic_auth_users: {u: plain-canary}", /a bcrypt hash/],
    [`basic_auth_users: {u: ${HASH.replace("$04$", "$31$")}}`, /cost of at most/],
    ["basic_auth_user: {}", /Did you mean basic_auth_users/],
    ["http_server_config: {headers: {Set-Cookie: a}}", /Set-Cookie.*Unknown/],
    ["tls_server_config: [", /Found \[ that is not closed/],
  ] as const;
  for (const [text, expected] of wrong) {
    it(`refuses ${text.replaceAll(/\/\S*\//g, "…/").slice(0, 90)}`, async () => {
      await assert.rejects(
        read(text),
        (thrown: Error) => expected.test(thrown.message) && !thrown.message.includes("canary"),
      );
    });
  }

  it("lets only clients in whose certificates the type asks for", async () => {
    const decide = async (type: string, more = "") =>
      (await read(`tls_server_config: {${pair}, ${ca}, client_auth_type: ${type}${more}}`)).tls;
    const certificate = (names: string) => ({ subjectaltname: names, raw: new Uint8Array(1) }) as never;
    const known = certificate("DNS:prometheus, IP Address:10.0.0.1");
    const strict = await decide("RequireAndVerifyClientCert", ", client_allowed_sans: [prometheus]");
    assert.deepEqual([strict?.requestCert, strict?.rejectUnauthorized], [true, true]);
    assert.deepEqual([
      strict?.accepts(known, true),
      strict?.accepts(certificate("DNS:other"), true),
      strict?.accepts(certificate('DNS:"x, DNS:prometheus", DNS:prometheus'), true),
      strict?.accepts(undefined, false),
    ], [true, false, false, false]);
    const given = await decide("VerifyClientCertIfGiven");
    assert.deepEqual(
      [given?.accepts(undefined, false), given?.accepts(known, true), given?.accepts(known, false)],
      [true, true, false],
    );
    const any = await decide("RequireAnyClientCert");
    assert.deepEqual([any?.accepts(undefined, false), any?.accepts(known, false)], [false, true]);
  });
});
