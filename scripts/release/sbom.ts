import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { inside } from "./inside.ts";
import { lockedPackages } from "./packages.ts";
import type { Package, Release } from "./release.ts";
import type { Target } from "./targets.ts";

/** What executables consist of, as CycloneDX 1.6 in JSON, from deno.lock: packages with their digests, and Bun. */
export async function sbom(release: Release, targets: readonly Target[]): Promise<Package> {
  const { packages, runtime } = await inside(release.root);
  const { version, commit } = release;
  const own = `pkg:generic/torchserve-check@${version}`;
  const bun = `pkg:npm/bun@${runtime.version}`;
  const runtimes = await runtimeComponents(release.root, targets);
  const components = packages.map(({ name, version, license, homepage, integrity }) => ({
    type: "library",
    ...identity(name, version),
    licenses: [{ license: { id: license } }],
    hashes: [sha512(integrity)],
    externalReferences: [{ type: "website", url: homepage }],
  }));
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(`${version} ${commit.id} ${targets.map(({ name }) => name).join(" ")}`)}`,
    version: 1,
    metadata: {
      timestamp: new Date(commit.date * 1000).toISOString().replace(".000", ""),
      component: {
        type: "application",
        "bom-ref": own,
        name: "torchserve-check",
        version,
        purl: own,
        licenses: [{ license: { id: "Apache-2.0" } }],
        properties: [{ name: "torchserve-check:commit", value: commit.id ?? "unknown" }],
      },
    },
    components: [
      {
        type: "platform",
        ...identity("bun", runtime.version),
        licenses: [{ license: { id: "MIT" } }],
        externalReferences: [{ type: "website", url: "https://bun.com" }],
      },
      ...runtimes,
      ...components,
    ],
    dependencies: [
      { ref: own, dependsOn: [bun, ...packages.map(({ name, version }) => purl(name, version))] },
      { ref: bun, dependsOn: runtimes.map(({ purl }) => purl) },
      ...packages.map(({ name, version, dependencies }) => ({
        ref: purl(name, version),
        dependsOn: packages.filter((other) => dependencies.includes(other.name))
          .map((other) => purl(other.name, other.version)),
      })),
    ],
  };
  return {
    file: `torchserve-check-${version}.cdx.json`,
    content: new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`),
  };
}

/** The executables of Bun that go into ours. */
async function runtimeComponents(root: URL, targets: readonly Target[]) {
  const locked = await lockedPackages(root);
  return targets.flatMap(({ runtime }) => {
    const name = `@oven/${runtime}`;
    const [key, entry] = [...locked].find(([key]) => key.startsWith(`${name}@`)) ?? [];
    if (key === undefined || entry === undefined) return [];
    return [{
      type: "platform",
      ...identity(name, key.slice(name.length + 1)),
      licenses: [{ license: { id: "MIT" } }],
      hashes: [sha512(entry.integrity)],
    }];
  });
}

/** The address of a package by the rules of package URLs. */
const purl = (name: string, version: string) => `pkg:npm/${name.replace("@", "%40")}@${version}`;
const identity = (name: string, version: string) => ({
  "bom-ref": purl(name, version),
  name,
  version,
  purl: purl(name, version),
});
const sha512 = (integrity: string) => ({
  alg: "SHA-512",
  content: Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex"),
});

/** A UUID that names a text: the same text, the same UUID (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6] ?? 0) & 0x0f | 0x80;
  bytes[8] = (bytes[8] ?? 0) & 0x3f | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
