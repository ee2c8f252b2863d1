import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { exampleConfig } from "../../plugin/config/mod.ts";
import { ar } from "./format/ar.ts";
import { gzip, xz } from "./format/compress.ts";
import { type Entry, textEntry } from "./format/entry.ts";
import { tar } from "./format/tar.ts";
import type { Package, Release } from "./release.ts";
import type { Target } from "./targets.ts";

/** Where the executable of `torchserve-check install` lies, which the unit names. */
const INSTALLED = "/opt/torchserve-check/bin/torchserve-check";
const DOCUMENTS = "usr/share/doc/torchserve-check";
const CONFIGURATION = "etc/torchserve-check/exporter.yaml";

/**
 * A package of Debian: the executable, and the exporter's unit for systemd with its configuration. The unit is neither
 * enabled nor started: many who install the package run another host.
 */
export async function debianPackage(release: Release, target: Target, executable: Uint8Array): Promise<Package> {
  const { version, commit, effort } = release;
  const read = (path: string) => readFile(new URL(path, release.root));
  const unit = (await read("plugin/hosts/prometheus/torchserve-check-exporter.service")).toString();
  const files: Entry[] = [
    { path: "usr/bin/torchserve-check", content: executable, executable: true },
    textEntry(
      "usr/lib/systemd/system/torchserve-check-exporter.service",
      unit.replace(INSTALLED, "/usr/bin/torchserve-check"),
    ),
    { path: CONFIGURATION, content: await read("plugin/hosts/prometheus/exporter.yaml") },
    textEntry(`${DOCUMENTS}/examples/conf.yaml`, await exampleConfig()),
    { path: `${DOCUMENTS}/copyright`, content: await read("plugin/cli/licenses.md") },
    { path: `${DOCUMENTS}/NOTICE`, content: await read("NOTICE") },
    { path: `${DOCUMENTS}/changelog.gz`, content: gzip(await read("CHANGELOG.md"), { xz: 9, deflate: 9 }) },
  ];
  const script = async (name: string): Promise<Entry> => ({
    path: `./${name}`,
    content: await read(`scripts/release/debian/${name}.sh`),
    executable: true,
  });
  const control = [
    { path: "./", content: new Uint8Array() },
    textEntry("./control", controlFile(version, target, files)),
    textEntry("./conffiles", `/${CONFIGURATION}\n`),
    textEntry("./md5sums", checksums(files)),
    ...await Promise.all(["postinst", "prerm", "postrm"].map(script)),
  ];
  const content = [...directories(files), ...files].map((entry) => ({ ...entry, path: `./${entry.path}` }));
  const members: [string, Uint8Array][] = [
    ["debian-binary", new TextEncoder().encode("2.0\n")],
    ["control.tar.xz", await xz(tar(control, commit.date), effort)],
    ["data.tar.xz", await xz(tar(content, commit.date), effort)],
  ];
  return { file: `torchserve-check_${version}_${target.debian}.deb`, content: ar(members, commit.date) };
}

function controlFile(version: string, target: Target, files: readonly Entry[]): string {
  const kilobytes = files.reduce((total, { content }) => total + Math.ceil(content.length / 1024), 0);
  return `Package: torchserve-check
Version: ${version}
Architecture: ${target.debian}
Maintainer: The authors of torchserve-check
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.17)
Section: admin
Priority: optional
Description: watches PyTorch TorchServe for a host agent
 Collects metrics, service checks and events of TorchServe's three endpoints,
 for the Datadog Agent, Telegraf, Prometheus, Nagios, Icinga and others.
 .
 Brings an exporter for Prometheus as a unit for systemd,
 torchserve-check-exporter.service, which is started by whoever wants it:
 systemctl enable --now torchserve-check-exporter
`;
}

/** The folders that files lie in, each above those in it. */
function directories(files: readonly Entry[]): Entry[] {
  const paths = files.flatMap(({ path }) => path.split("/").slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1)))
    .map((parts) => `${parts.join("/")}/`);
  return ["", ...new Set(paths)].map((path) => ({ path, content: new Uint8Array() }));
}

function checksums(files: readonly Entry[]): string {
  return files.filter(({ path }) => path !== CONFIGURATION)
    .map(({ path, content }) => `${createHash("md5").update(content).digest("hex")}  ${path}\n`).join("");
}
