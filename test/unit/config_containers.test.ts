import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { ANNOTATED, containerTexts, LABEL_FORMS, readConfig } from "../../plugin/config/mod.ts";

const { carry, renderAnnotations, renderLabels } = await containerTexts();

const CHECKS = '{"torchserve_check": {"instances": [{"inference_api_url": "http://ts:8080"}]}}';

const compose = (labels: string) => `services:\n  ts:\n    image: x\n    labels:\n${labels}`;
const deployment = (annotations: string, containers = "[{name: ts}]") =>
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: models}\nspec:\n  template:\n    metadata:\n" +
  `      annotations:\n${annotations}\n    spec: {containers: ${containers}}\n`;

const read = async (text: string) => {
  const { instances, issues, logs } = await readConfig(text, "here");
  return {
    urls: instances.map(({ result }) => result.ok ? result.config.url : "wrong"),
    paths: instances.map(({ path }) => path),
    issues: issues.map(({ path, message, severity }) => `${severity}: ${path}: ${message}`),
    logs,
  };
};

describe("readConfig() of a compose file", () => {
  it("takes labels as a mapping and as a list, of both names of the check, and passes others over", async () => {
    const { urls, paths, issues } = await read(
      compose(`      com.datadoghq.ad.checks: '${CHECKS}'\n      traefik.enable: true\n`) +
        "  two:\n    labels:\n" +
        `      - 'com.datadoghq.ad.checks={"torchserve": {"instances": [{"management_api_url": "http://b:8081"}]}}'\n` +
        '  nginx:\n    labels: [\'com.datadoghq.ad.checks={"nginx": {}}\', \'com.datadoghq.ad.logs=[{"source": "nginx"}]\']\n',
    );
    assert.deepEqual(issues, []);
    assert.deepEqual(urls, ["http://ts:8080", "http://b:8081"]);
    assert.deepEqual(paths, [
      'services.ts.labels["com.datadoghq.ad.checks"].torchserve_check.instances[0]',
      "services.two.labels[0].torchserve.instances[0]",
    ]);
  });

  it("gives each its own init_config, the name that an entry says, and logs without a type", async () => {
    const file = await readConfig(
      compose(
        `      com.datadoghq.ad.checks: '{"a": {"name": "torchserve_check", "init_config": {"timeout": 3}, "instances": ` +
          `[{"inference_api_url": "http://ts:8080"}]}}'\n` +
          `      com.datadoghq.ad.logs: '[{"service": "models"}]'\n`,
      ) + `  b:\n    labels:\n      com.datadoghq.ad.checks: '${CHECKS}'\n`,
      "here",
    );
    assert.deepEqual(file.issues, []);
    assert.deepEqual(
      file.instances.map(({ result }) =>
        result.ok && "timeout" in result.config.options && result.config.options.timeout
      ),
      [3, 10],
    );
    assert.deepEqual(file.logs, [{ source: "torchserve", service: "models" }]);
  });

  it("reads $$ as $, and says of a lone $ that Compose would take it", async () => {
    const label = (pattern: string) =>
      compose(
        `      com.datadoghq.ad.checks: '{"torchserve_check": {"instances": [{"management_api_url": "http://h:8081", ` +
          `"include": ["${pattern}"]}]}}'\n`,
      );
    const file = await readConfig(label("^a$$"), "here");
    assert.deepEqual(file.instances[0]?.raw, { management_api_url: "http://h:8081", include: ["^a$"] });
    for (const pattern of ["^a$", "${NAME}", "$$$x"]) {
      const { issues } = await read(label(pattern));
      assert.match(issues.join("\n"), /^error: services\.ts\.labels\["com.datadoghq.ad.checks"\]: Found a \$, which/m);
    }
  });

  it("says what is malformed, where, and shows no text of it", async () => {
    const cases: [string, RegExp][] = [
      [
        "      com.datadoghq.ad.checks: hunter2\n",
        /labels\["com\.datadoghq\.ad\.checks"\]: Found text that is not JSON/,
      ],
      ["      com.datadoghq.ad.checks: {torchserve_check: 1}\n", /Found a mapping; expected JSON as text/],
      ["      com.datadoghq.ad.checks: '[1]'\n", /Found a list; expected a mapping from names of checks/],
      [
        `      com.datadoghq.ad.checks: '{"torchserve": 3}'\n`,
        /checks"\]\.torchserve: Found a number; expected a mapping/,
      ],
      [`      com.datadoghq.ad.checks: '{"torchserve": {}}'\n`, /torchserve\.instances: Found no instances/],
      [
        `      com.datadoghq.ad.checks: '{"torchserve": {"instances": {"hunter2": 1}}}'\n`,
        /expected a list of instances/,
      ],
      [`      com.datadoghq.ad.checks: '{"torchserve": {"instanses": [], "instances": [1]}}'\n`, /instanses/],
      [
        `      com.datadoghq.ad.checks: '${CHECKS}'\n      com.datadoghq.ad.logs: '{}'\n`,
        /expected a list of log sources/,
      ],
      [`      com.datadoghq.ad.check_names: '["torchserve"]'\n`, /the form of labels before Agent 7\.36/],
      ["      nothing: here\n", /^error: here: Found no label com\.datadoghq\.ad\.checks with torchserve_check/m],
    ];
    for (const [labels, expected] of cases) {
      const { issues } = await read(compose(labels));
      assert.match(issues.join("\n"), expected);
      assert.equal(issues.join("\n").includes("hunter2"), false);
    }
    const { issues } = await read("services:\n  ts:\n    labels: 3\n");
    assert.match(issues.join("\n"), /services\.ts\.labels: Found a number; expected a mapping, or a list/);
  });
});

describe("readConfig() of manifests", () => {
  it("reads all objects of a stream, and lists of objects", async () => {
    const service =
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: models\n  annotations: {ad.datadoghq.com/endpoints.checks: '${CHECKS}'}\n`;
    const text = `---\n${service}---\n---\n${deployment(`        ad.datadoghq.com/ts.checks: '${CHECKS}'`)}`;
    const expected = [
      'Service/models.metadata.annotations["ad.datadoghq.com/endpoints.checks"].torchserve_check.instances[0]',
      'Deployment/models.spec.template.metadata.annotations["ad.datadoghq.com/ts.checks"].torchserve_check.instances[0]',
    ];
    assert.deepEqual(await read(text).then(({ paths, issues }) => [paths, issues]), [expected, []]);
    const objects = [parse(service), parse(deployment(`        ad.datadoghq.com/ts.checks: '${CHECKS}'`))];
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    assert.deepEqual(await read(list).then(({ paths, issues }) => [paths, issues]), [expected, []]);
  });

  it("knows where the pods of a kind get their annotations", async () => {
    const metadata = { name: "x", annotations: { "ad.datadoghq.com/ts.checks": CHECKS } };
    const cases: [string, unknown][] = [
      ["Pod", { metadata }],
      ["InferenceService", { metadata }],
      ["StatefulSet", { spec: { template: { metadata } } }],
      ["Rollout", { spec: { template: { metadata } } }],
      ["PodTemplate", { template: { metadata } }],
      ["CronJob", { spec: { jobTemplate: { spec: { template: { metadata } } } } }],
    ];
    for (const [kind, rest] of cases) {
      const { urls, issues } = await read(JSON.stringify({ apiVersion: "v1", kind, ...rest as object }));
      assert.deepEqual([urls, issues], [["http://ts:8080"], []], kind);
    }
  });

  it("warns of annotations that no pod gets, and of a container that there is not", async () => {
    const other = await read(deployment(`        ad.datadoghq.com/torchserve.checks: '${CHECKS}'`));
    assert.deepEqual(other.urls, ["http://ts:8080"]);
    assert.match(other.issues.join("\n"), /^warning: .*Found annotations for "torchserve"; expected one of ts:/);
    const misplaced = await read(
      JSON.stringify({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "m", annotations: { "ad.datadoghq.com/ts.checks": CHECKS } },
        spec: { template: { metadata: {} } },
      }),
    );
    assert.match(misplaced.issues.join("\n"), /no pod gets; expected it at Deployment\/m\.spec\.template\.metadata/);
  });

  it("says of a stream with something else in it which document that is", async () => {
    const { issues } = await read(`kind: List\napiVersion: v1\nitems: []\n---\n- 1\n`);
    assert.match(
      issues.join("\n"),
      /^error: documents\[1\]: Found a list; expected a mapping with apiVersion and kind/m,
    );
  });
});

describe("a configuration as labels or annotations", () => {
  it("is read back as the same instances and logs, in every form", async () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((s) => s.trim() === s);
    const plain = <T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(members, { noNullPrototype: true });
    const instance = plain({
      inference_api_url: fc.constantFrom("http://ts:8080", "https://ts.example:1/a$b'c", "http://[::2]:8080"),
      tags: fc.array(text, { maxLength: 3 }),
      timeout: fc.integer({ min: 1, max: 50 }),
      disable_generic_tags: fc.boolean(),
    });
    const conf = plain({
      init_config: plain({ service: fc.constantFrom("a", "$b") }),
      instances: fc.array(instance, { minLength: 1, maxLength: 3 }),
      logs: fc.array(plain({ type: fc.constant("file"), path: text }), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(conf, async (wild) => {
        const file = await readConfig(JSON.stringify(wild), "conf.yaml");
        const carried = carry(file);
        const forms = [
          renderLabels(carried, "compose", "ts"),
          ...ANNOTATED.map((on) => renderAnnotations(carried, on, "models", "ts")),
        ];
        for (const form of forms) {
          const back = await readConfig(form, "back");
          assert.deepEqual(back.instances.map(({ raw }) => raw), wild.instances, form);
          assert.deepEqual(
            back.instances.map(({ result }) => result.ok),
            file.instances.map(({ result }) => result.ok),
          );
          assert.deepEqual(back.rawInitConfig, wild.init_config);
          if (!form.includes("kind: Service")) assert.deepEqual(back.logs, file.logs);
        }
        const lines = renderLabels(carried, "label-file", "ts").trimEnd().split("\n");
        assert.equal(lines.length, wild.logs.length === 0 ? 1 : 2);
        const [line = ""] = lines;
        assert.deepEqual(JSON.parse(line.slice(line.indexOf("=") + 1)).torchserve_check.instances, wild.instances);
      }),
      { numRuns: 15 },
    );
  });

  it("has %%host%% for the machine itself, and says which secrets all can read", async () => {
    const file = await readConfig(
      JSON.stringify([
        { openmetrics_endpoint: "http://localhost:8082/metrics", password: "p", username: "%%env_USER%%" },
        { inference_api_url: "http://me:p@127.0.0.1:8080", proxy: { http: "http://p:1" } },
        { management_api_url: "http://[::1]:8081", headers: { "X-A": "ENC[x]" } },
        { management_api_url: "http://localhost.example:8081" },
        { metrics_log: { directory: "/logs" } },
      ]).replace(/^/, '{"instances":').replace(/$/, "}"),
      "conf.yaml",
    );
    const { checks = "", notes } = carry(file);
    const written = JSON.parse(checks).torchserve_check.instances as Record<string, string>[];
    assert.deepEqual(
      written.map((one) => one.openmetrics_endpoint ?? one.inference_api_url ?? one.management_api_url),
      [
        "http://%%host%%:8082/metrics",
        "http://me:p@%%host%%:8080",
        "http://%%host%%:8081",
        "http://localhost.example:8081",
        undefined,
      ],
    );
    assert.deepEqual(notes.filter(({ message }) => message.includes("secret")).map(({ path }) => path), [
      "instances[0].password",
      "instances[1].inference_api_url",
    ]);
    assert.equal(notes.length, 5);
  });

  it("keeps variables and secret handles for the Agent, and takes no value from the environment of this process", async () => {
    const text =
      "init_config: {service: '%%env_SERVICE%%'}\ninstances:\n  - inference_api_url: http://%%host%%:%%port%%\n" +
      "    username: '%%env_NAME%%'\n    password: ENC[pw]\n    timeout: '%%env_SECONDS%%'\n" +
      "logs: [{type: file, path: '%%env_NAME%%.log'}]\n";
    const environment = { NAME: "hunter2", SERVICE: "hunter2" };
    const file = await readConfig(text, "conf.yaml", { environment, left: "everywhere" });
    assert.deepEqual(file.issues, []);
    const labels = renderLabels(carry(file, true), "compose", "ts");
    assert.equal(labels.includes("hunter2"), false, labels);
    const back = await readConfig(labels, "back", { environment: {}, left: "discovered" });
    assert.deepEqual([back.issues, back.ok], [[], true]);
    assert.deepEqual(back.instances.map(({ raw }) => raw), file.instances.map(({ raw }) => raw));
    assert.deepEqual(back.logs, [
      { source: "torchserve", service: "%%env_SERVICE%%" },
      { source: "torchserve", service: "%%env_SERVICE%%", type: "file", path: "%%env_NAME%%.log" },
    ]);
    // Where the check runs without an Agent they must have values; in a plain file the Agent discovers nothing.
    assert.equal((await readConfig(labels, "back", { environment: {} })).ok, false);
    assert.equal((await readConfig(text, "conf.yaml", { environment: {}, left: "discovered" })).ok, false);
    const forServices = `ad_identifiers: [torchserve]\n${text}`;
    assert.equal((await readConfig(forServices, "auto_conf.yaml", { environment: {}, left: "discovered" })).ok, true);
  });

  it("with variables left for the Agent is still checked in all else", async () => {
    const label = compose(
      `      com.datadoghq.ad.checks: '{"torchserve": {"instances": [{"management_api_url": "http://%%host%%:8081", "limt": 3, ` +
        `"timeout": "soon"}]}}'\n`,
    );
    const { issues } = await readConfig(label, "here", { environment: {}, left: "discovered" });
    assert.deepEqual(issues.map(({ path }) => path.replace(/.*instances/, "")), ["[0].limt", "[0].timeout"]);
  });

  it("is refused where instances stand beside different init_configs", async () => {
    const one = (timeout: number) =>
      `    labels: ['com.datadoghq.ad.checks={"torchserve": {"init_config": {"timeout": ${timeout}}, "instances": ` +
      `[{"inference_api_url": "http://h"}]}}']\n`;
    const file = await readConfig(`services:\n  a:\n${one(1)}  b:\n${one(2)}`, "compose.yaml");
    assert.throws(() => carry(file), /different init_configs/);
    assert.ok(LABEL_FORMS.length > 1);
  });
});

describe("whatever a compose file or a manifest holds", () => {
  const SECRET = "hunter2";
  const key = fc.constantFrom(
    ...[
      "com.datadoghq.ad.checks",
      "com.datadoghq.ad.logs",
      "com.datadoghq.ad.check_names",
      "ad.datadoghq.com/ts.checks",
    ],
    ...[
      "ad.datadoghq.com/ts.logs",
      "ad.datadoghq.com/.checks",
      "ad.datadoghq.com/",
      "__proto__",
      "torchserve",
      "instances",
    ],
    ...["init_config", "logs", "name", "metadata", "spec", "template", "annotations", "labels", "containers", "items"],
  );
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom(
        SECRET,
        `{"torchserve": ${SECRET}}`,
        CHECKS,
        '{"torchserve": {"instances": 3}}',
        "[1]",
        "$",
        "%%host%%",
      ),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    ),
    node: fc.oneof(
      { depthSize: "medium" },
      tie("leaf"),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 4 }),
      fc.dictionary(key, tie("node"), { maxKeys: 4 }).map((object) => JSON.stringify(object)),
    ),
  })).node;

  it("reading it ends with issues that show no text of it, not with an exception", async () => {
    const kind = fc.constantFrom("Pod", "Deployment", "CronJob", "List", "Service", "Other");
    const manifest = fc.tuple(kind, value, value).map(([kind, metadata, spec]) => ({
      apiVersion: "v1",
      kind,
      metadata,
      spec,
      items: spec,
    }));
    const wild = fc.oneof(manifest, fc.dictionary(fc.constantFrom("a", "b"), value).map((services) => ({ services })));
    await fc.assert(
      fc.asyncProperty(wild, async (document) => {
        for (
          const text of [
            JSON.stringify(document),
            `---\nkind: List\napiVersion: v1\n---\n${JSON.stringify(document)}\n`,
          ]
        ) {
          const file = await readConfig(text, "here", { environment: {}, left: "discovered" });
          assert.equal(file.ok, file.issues.every(({ severity }) => severity === "warning"));
          for (const { path, message } of file.issues) {
            assert.ok(path !== "" && message !== "");
            assert.equal(`${path}${message}`.includes(SECRET), false, `${path}: ${message}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("lists without end are no list of objects", async () => {
    const open = '{"apiVersion":"v1","kind":"List","items":[';
    const depth = 20_000;
    const { issues } = await read(`${open.repeat(depth)}${"]}".repeat(depth)}`);
    assert.match(issues.join("\n"), /Found no annotation/);
  });
});
