import { Ajv2020 } from "ajv/dist/2020.js";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { configJsonSchema, exampleConfig, readConfig } from "../../plugin/config/mod.ts";
import { parse } from "../../plugin/config/parse.ts";
import { IssueList } from "../../plugin/config/issue_list.ts";

const validate = new Ajv2020({ strict: false, allErrors: true }).compile(await configJsonSchema());

async function bySchema(text: string): Promise<string[] | "no YAML"> {
  const parsed = await parse(text, "conf.yaml", new IssueList("conf.yaml"));
  if (parsed === undefined) return "no YAML";
  return validate(parsed.values[0])
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

const instance = (...options: string[]) =>
  `instances:\n  - management_api_url: http://localhost:8081\n${options.map((option) => `    ${option}\n`).join("")}`;

const FINE = [
  instance(),
  instance("limit: '25'", "submit_events: Yes", "timeout: '2.5'", "tls_verify: 0"),
  instance("limit:", "tags: null", "headers: {X-A: 1, X-B: b}", "auth_type: Basic", "name: mine", "no_index: true"),
  instance("limit: '%%env_LIMIT%%'", "tls_verify: '%%env_VERIFY%%'", "tls_ciphers: A:B", "proxy: {no_proxy: a}"),
  instance("inference_api_url:"),
  "inference_api_url: http://localhost:8080\ninference_probe: {model: m, version: 2}\n",
  "ad_identifiers: [torchserve]\ninit_config:\ninstances:\n  - openmetrics_endpoint: http://%%host%%:%%port%%/metrics\n",
  "instances: []\nlogs:\n  - {type: TCP, port: '10514'}\n",
  "instances:\n  - metrics_log: {directory: /logs, start: END}\n    extra_metrics: [{a: {type: metadata, label: l, x: y}}]\n",
];

const WRONG = [
  "instances: []\n",
  "{}\n",
  "- management_api_url: http://localhost:8081\n",
  instance("limti: 25"),
  instance("limit: x"),
  instance("limit: '-5'"),
  instance("timeout: '0'"),
  instance("limit: 2.5"),
  instance("metrics: [a]"),
  instance("expected: 1"),
  instance("tls_verify: maybe"),
  instance("auth_type: kerberos"),
  instance("proxy: {htp: http://proxy}"),
  instance("inference_api_url: http://localhost:8080"),
  instance("tags: env:prod"),
  "instances:\n  - limit: 5\n",
  "instances:\n  - management_api_url: localhost:8081\n",
  "instances:\n  - management_api_url: http://localhost:8081\ninstance: []\n",
  "init_config: {timeot: 3}\ninstances:\n  - management_api_url: http://localhost:8081\n",
  "management_api_url: http://localhost:8081\nlimti: 25\n",
  "logs: [{type: file, path: /a.log, pth: b}]\n",
];

describe("the JSON Schema of configurations", () => {
  for (const text of FINE) {
    it(`accepts ${JSON.stringify(text)}`, async () => {
      const templates = { environment: { LIMIT: "5", VERIFY: "no" }, host: "h", port: 1 };
      assert.deepEqual((await readConfig(text, "conf.yaml", templates)).issues, []);
      assert.deepEqual(await bySchema(text), []);
    });
  }
  for (const text of WRONG) {
    it(`refuses ${JSON.stringify(text)}`, async () => {
      assert.notDeepEqual((await readConfig(text, "conf.yaml")).issues, []);
      assert.notDeepEqual(await bySchema(text), []);
    });
  }

  it("accepts the example, and whatever golden case has no issue", async () => {
    assert.deepEqual(await bySchema(await exampleConfig()), []);
    const cases = new URL("../golden/config/", import.meta.url);
    let fine = 0;
    for (const name of readdirSync(cases)) {
      const text = readFileSync(new URL(`${name}/input.yaml`, cases), "utf8");
      if ((await readConfig(text, name)).issues.length > 0) continue;
      fine++;
      assert.deepEqual(await bySchema(text), [], name);
    }
    assert.ok(fine > 10);
  });

  it("refuses names that no option has, in whatever golden case they stand", async () => {
    const cases = new URL("../golden/config_mistakes/", import.meta.url);
    for (const name of readdirSync(cases).filter((name) => /^(?:name_|boolean_|choice_).*\.yaml$/.test(name))) {
      assert.notDeepEqual(await bySchema(readFileSync(new URL(name, cases), "utf8")), [], name);
    }
  });

  it("is named by the first line of the example, for editors", async () => {
    const { $id } = await configJsonSchema();
    assert.equal((await exampleConfig()).split("\n")[0], `# yaml-language-server: $schema=${$id}`);
  });
});
