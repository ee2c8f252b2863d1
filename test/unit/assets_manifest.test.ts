import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const manifest = JSON.parse(read("manifest.json"));
const { integration, logs } = manifest.assets;

/** Files of a kind of asset, by the names that the manifest gives them. */
type Named = Readonly<Record<string, string>>;

describe("manifest.json", () => {
  it("is that of the integration 3.2.0", () => {
    assert.equal(manifest.manifest_version, "2.0.0");
    assert.equal(manifest.app_id, "torchserve");
    assert.equal(manifest.app_uuid, "d5400c22-0f0a-4ce4-894d-c3cda48140e9");
    assert.equal(integration.source_type_name, "TorchServe");
    assert.equal(integration.source_type_id, 10357);
    assert.deepEqual(integration.process_signatures, ["torchserve"]);
    assert.deepEqual(integration.events, { creates_events: true });
    assert.deepEqual(logs, { source: "torchserve" });
    assert.deepEqual(manifest.tile.classifier_tags, [
      "Category::AI/ML",
      "Category::Configuration & Deployment",
      "Category::Log Collection",
      "Supported OS::Linux",
      "Supported OS::Windows",
      "Supported OS::macOS",
      "Submitted Data Type::Metrics",
      "Submitted Data Type::Logs",
      "Offering::Integration",
    ]);
  });

  for (const kind of ["dashboards", "monitors", "saved_views"]) {
    it(`names each file in assets/${kind}, and none that is not there`, () => {
      const folder = new URL(`assets/${kind}/`, root);
      const there = existsSync(folder) ? readdirSync(folder).map((name) => `assets/${kind}/${name}`) : [];
      assert.deepEqual(Object.values(manifest.assets[kind] as Named).sort(), there.sort());
    });
  }

  it("names files and chapters that are there", () => {
    for (
      const path of [
        integration.configuration.spec,
        integration.metrics.metadata_path,
        integration.service_checks.metadata_path,
        manifest.tile.changelog,
      ]
    ) {
      assert.ok(existsSync(new URL(path, root)), path);
    }
    for (const place of [manifest.tile.overview, manifest.tile.configuration, manifest.tile.support] as string[]) {
      const [path = "", chapter = ""] = place.split("#");
      assert.match(read(path), new RegExp(`^## ${chapter}\\n\\n\\S`, "m"));
    }
  });

  it("has metrics to tell by whether the integration runs, from the catalogue", async () => {
    const catalogue = await loadCatalogue();
    assert.deepEqual(integration.metrics.check, [
      "torchserve.openmetrics.inference.count",
      "torchserve.management_api.models",
    ]);
    for (const name of integration.metrics.check) assert.ok(catalogue.has(name), name);
    for (const name of catalogue.keys()) assert.ok(name.startsWith(integration.metrics.prefix), name);
  });
});

describe("the README", () => {
  it("has no sign beyond Latin-1, as the tile that is made of it cannot show them", () => {
    for (const [i, line] of read("README.md").split("\n").entries()) {
      // deno-lint-ignore no-control-regex
      assert.match(line, /^[\x00-\xff]*$/, `README.md:${i + 1}`);
    }
  });
});

describe("dataflows.yaml", () => {
  it("says what the integration gives, once each", () => {
    const { provides }: { provides: { id: string; data_type: string; direction: string; always_on: boolean }[] } =
      parse(read("assets/dataflows.yaml"));
    assert.deepEqual(provides.map(({ data_type, always_on }) => [data_type, always_on]), [
      ["metrics", true],
      ["events", true],
      ["logs", false],
    ]);
    for (const { id, data_type, direction } of provides) {
      assert.equal(id, `${manifest.app_id}-${data_type}`);
      assert.equal(direction, "inbound");
    }
  });
});
