import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { configSpec, discoveryConfig, exampleConfig, readConfig } from "../../plugin/config/mod.ts";
import { initNames, OPTION_NAMES } from "../../plugin/config/options.ts";
import { renderFile } from "../../plugin/config/spec/render.ts";
import { specValue } from "../../plugin/config/spec/values.ts";

interface Node {
  readonly name?: string;
  readonly template?: string;
  readonly description?: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly options?: readonly Node[];
  readonly value?: Readonly<Record<string, unknown>>;
}

const spec: { name: string; files: { name: string; options: Node[] }[] } = parse(await configSpec());

function* nodes(options: readonly Node[]): Generator<Node> {
  for (const option of options) {
    yield option;
    yield* nodes(option.options ?? []);
  }
}

describe("the specification of the configuration", () => {
  const [config, discovery] = spec.files;

  it("has each option of an instance once, and those of init_config", () => {
    assert.equal(spec.name, "TorchServe");
    assert.deepEqual(spec.files.map(({ name }) => name), ["torchserve.yaml", "auto_conf.yaml"]);
    const [init, instances] = config?.options ?? [];
    const inInstances = [...nodes(instances?.options ?? [])].filter(({ value }) => value !== undefined);
    assert.deepEqual(inInstances.map(({ name }) => name).sort(), [...OPTION_NAMES].sort());
    const names = init?.options?.map(({ name, template }) => name ?? template);
    assert.deepEqual(
      names?.toSorted(),
      [...initNames().filter((name) => name !== "service"), "init_config/default"].sort(),
    );
  });

  it("shows no text of a template: each has its own description, or is overridden", () => {
    const templates = [...nodes(spec.files.flatMap(({ options }) => options))].filter(({ template }) => template);
    assert.equal(templates.length, 7);
    for (const { template, description, overrides = {} } of templates) {
      assert.ok(description ?? Object.keys(overrides).some((name) => name.endsWith("description")), template);
    }
  });

  it("has an example for every option, of its type, which the Agent's tools write on one line each", () => {
    for (const { name, value } of nodes(spec.files.flatMap(({ options }) => options))) {
      if (value === undefined) continue;
      assert.ok("example" in value, name);
      // PyYAML breaks texts with blanks behind its column 80.
      for (const line of JSON.stringify(value.example, null, 2).split("\n")) {
        assert.ok(!/"[^"]* [^"]*"$/.test(line) || line.length < 75, `${name}: ${line}`);
      }
    }
  });

  it("makes the example and the Agent's auto_conf.yaml; both are valid", async () => {
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    assert.equal(read("assets/configuration/spec.yaml"), await configSpec());
    assert.equal(read("assets/configuration/conf.yaml.example"), await exampleConfig());
    assert.equal(read("plugin/hosts/datadog/auto_conf.yaml"), await discoveryConfig());
    const found = await readConfig(await discoveryConfig(), "auto_conf.yaml", { environment: {}, left: "discovered" });
    assert.deepEqual(found.issues, []);
    assert.equal(found.instances.length, 3);
    assert.deepEqual(parse(await discoveryConfig()).ad_identifiers, ["torchserve"]);
    assert.equal(discovery?.options[0]?.template, "ad_identifiers");
  });
});

describe("specValue()", () => {
  it("writes JSON Schema as OpenAPI 3.0: members as a list, alternatives on one level, bounds that are excluded", () => {
    const schema = {
      anyOf: [{ type: "string" }, { anyOf: [{ const: true }, { type: "number", exclusiveMinimum: 0 }] }],
    };
    assert.deepEqual(specValue(schema), {
      anyOf: [
        { type: "string" },
        { type: "boolean", enum: [true] },
        { type: "number", minimum: 0, exclusiveMinimum: true },
      ],
    });
    assert.deepEqual(
      specValue({
        type: "object",
        properties: { a: { type: "string", default: "x" } },
        propertyNames: { type: "string" },
        additionalProperties: {},
        required: ["a"],
      }),
      { type: "object", properties: [{ name: "a", type: "string" }], additionalProperties: true, required: ["a"] },
    );
  });
});

describe("renderFile()", () => {
  const option = (value: Record<string, unknown>, required = false) =>
    renderFile({
      name: "f.yaml",
      sections: [{ kind: "option", name: "o", description: "What.\n\nMore.\n", required, value }],
    });

  it("writes an option as the Agent's tools do", () => {
    const text = "## @param o - string - optional - default: a\n## What.\n##\n## More.\n#\n# o: b\n";
    assert.equal(option({ type: "string", display_default: "a", example: "b" }), text);
    assert.equal(
      option({ type: "array", items: { type: "string" }, display_default: null, example: ["1", "b"] }, true),
      "## @param o - list of strings - required\n## What.\n##\n## More.\n#\no:\n  - '1'\n  - b\n",
    );
    assert.match(
      option({ type: "object", display_default: null, example: { a: ["b"], c: true } }),
      /optional\n[^]*# o:\n# {3}a:\n# {3}- b\n# {3}c: true\n$/,
    );
    assert.match(
      option({
        type: "array",
        items: { anyOf: [{ type: "string" }, { type: "object" }] },
        display_default: null,
        example: [],
      }),
      /@param o - \(list of string or mapping\) - optional\n[^]*# o: \[\]\n$/,
    );
    assert.match(
      option({ anyOf: [{ type: "boolean" }, { type: "array", items: { type: "integer" } }], example: true }),
      /boolean or list of integers - optional\n/,
    );
  });
});
