import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { configJsonSchema, exampleConfig, optionDocs, readConfig } from "../../plugin/config/mod.ts";
import { HOST_OPTIONS, initNames, OPTION_NAMES, optionOf } from "../../plugin/config/options.ts";
import { ENDPOINTS } from "../../plugin/config/types.ts";

/** What stands in the example for `name`, without its comment signs. */
function uncommented(example: string): string {
  return example.replace(/^( *)# (?!#)/gm, "$1");
}

describe("the option list", () => {
  it("has a description in full sentences, and a type, for every option", async () => {
    const docs = await optionDocs();
    assert.deepEqual(docs.map(({ name }) => name), OPTION_NAMES);
    for (const { name, text, type } of docs) {
      assert.match(text, /^[A-Z][^.]+[.:]/, name);
      assert.ok(type.length > 0, name);
    }
  });

  it("says of what has no effect, in every document, that it has none, and why", async () => {
    const documents = [
      await exampleConfig(),
      JSON.stringify(await configJsonSchema()),
      readFileSync(new URL("../../docs/options.md", import.meta.url), "utf8"),
    ];
    const plain = documents.map((text) => text.replace(/\s*\n\s*## /g, " "));
    const without = OPTION_NAMES.filter((name) => optionOf(name).noEffect !== undefined);
    assert.deepEqual(without, [
      "namespace",
      "kerberos_cache",
      "kerberos_delegate",
      "kerberos_force_initiate",
      "kerberos_hostname",
      "kerberos_principal",
      "kerberos_keytab",
      "request_size",
      "enable_legacy_tags_normalization",
    ]);
    for (const name of without) {
      const said = `No effect here: ${optionOf(name).noEffect}.`;
      for (const text of plain) assert.ok(text.slice(text.indexOf(name)).includes(said), `${name}: ${said}`);
    }
  });

  it("has defaults that its own schemas accept", async () => {
    for (const name of OPTION_NAMES) {
      const { default: byDefault, kinds } = optionOf(name);
      if (byDefault === undefined) continue;
      const [endpoint] = ENDPOINTS.find(([, kind]) => kinds.includes(kind)) ?? [name];
      const value = endpoint === "metrics_log"
        ? "/logs"
        : endpoint === "openmetrics_endpoint"
        ? "http://h/metrics"
        : "http://h";
      const { issues } = await readConfig(JSON.stringify({ [endpoint]: value, [name]: byDefault }), "default");
      assert.deepEqual(issues, [], name);
    }
  });
});

describe("the example configuration", () => {
  it("is valid as it stands, without any issue, and has an instance for each endpoint of TorchServe", async () => {
    const { ok, issues, instances } = await readConfig(await exampleConfig(), "conf.yaml.example");
    assert.deepEqual(issues, []);
    assert.ok(ok);
    assert.deepEqual(instances.map(({ result }) => result.ok && result.config.kind), [
      "openmetrics",
      "inference",
      "management",
    ]);
  });

  it("has every option, in the style of the Agent", async () => {
    const example = await exampleConfig();
    for (const name of OPTION_NAMES) {
      assert.match(example, new RegExp(`## @param ${name} - [a-z ()]+ - (required|optional)`));
    }
    assert.match(
      example,
      / {4}## @param limit - integer - optional - default: 100\n {4}## .+\n(.+\n)* {4}#\n {4}# limit: 100\n/,
    );
    for (const line of example.split("\n")) assert.ok(line.length <= 130 && line.trimEnd() === line, line);
  });

  it("stays valid with all that is commented out", async () => {
    // What stands above the first empty line is about the file.
    const all = uncommented((await exampleConfig()).replace(/^[^]*?\n\n/, ""));
    // One of the two stands in place of the other.
    const { issues, instances, logs } = await readConfig(all.replace(/^ +metrics_log: .*\n/m, ""), "conf.yaml");
    const withoutEffect = OPTION_NAMES.filter((name) => optionOf(name).noEffect !== undefined);
    const told = issues.map(({ path, severity }) => `${severity} ${path.replace(/^instances\[\d\]\./, "")}`);
    // Its auth_type is the default.
    const others = [...withoutEffect, "aws_region", "aws_host", "aws_service"];
    assert.deepEqual(told.filter((issue) => !others.some((name) => issue === `warning ${name}`)), []);
    assert.equal(instances.length, 3);
    assert.equal(logs.length, 2);
    const ofLogs = all.replace(/^( +)- openmetrics_endpoint: .*\n/m, "").replace(
      /^ {4}metrics_log/m,
      "  - metrics_log",
    );
    assert.equal((await readConfig(ofLogs, "conf.yaml")).ok, true);
  });
});

describe("the JSON Schema", () => {
  it("describes every option with its type and default, and secrets as such", async () => {
    const schema = await configJsonSchema();
    const { instance, init_config } = schema.$defs as Record<
      string,
      { properties: Record<string, Record<string, unknown>> }
    >;
    assert.deepEqual(Object.keys(instance?.properties ?? {}), [...OPTION_NAMES, ...HOST_OPTIONS]);
    assert.deepEqual(Object.keys(init_config?.properties ?? {}), initNames());
    for (const name of OPTION_NAMES) {
      const property = instance?.properties[name] ?? {};
      assert.ok("type" in property || "anyOf" in property, name);
      assert.ok(typeof property.description === "string", name);
    }
    assert.deepEqual(instance?.properties.limit, {
      description: (await optionDocs()).find(({ name }) => name === "limit")?.text,
      anyOf: [
        { type: "integer", minimum: 0 },
        { type: "string", pattern: "^\\s*\\+?\\d+(?:\\.0*)?\\s*$|%%[A-Za-z]" },
        { type: "null" },
      ],
      default: 100,
    });
    assert.equal(instance?.properties.password?.writeOnly, true);
  });

  it("refers to nothing that it does not define", async () => {
    const schema = await configJsonSchema();
    const definitions = Object.keys(schema.$defs as object);
    for (const [, name] of JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]*)"/g)) {
      assert.ok(definitions.includes(name ?? ""), name);
    }
  });
});

describe("the protocol path", () => {
  it("loads neither the YAML reader nor the documents", () => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: URL) => {
      if (seen.has(file.href)) return;
      seen.add(file.href);
      const source = readFileSync(file, "utf8");
      for (const [, specifier] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gm)) {
        if (specifier?.startsWith(".")) visit(new URL(specifier, file));
        else if (specifier !== undefined) packages.add(specifier);
      }
    };
    visit(new URL("../../plugin/config/mod.ts", import.meta.url));
    assert.ok(seen.size > 10);
    assert.deepEqual([...packages], ["valibot"]);
    const loaded = [...seen].filter((href) =>
      /descriptions|config\/spec\/|json_schema|option_docs|file\.ts|logs\.ts/.test(href)
    );
    assert.deepEqual(loaded, []);
  });
});
