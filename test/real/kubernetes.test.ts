import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../plugin/config/mod.ts";
import { startEmulator } from "../../plugin/emulator/mod.ts";
import { prepareAgent } from "../peers/agent/prepare.ts";
import { BINARY } from "../support/plugin_process.ts";
import { run } from "./command.ts";
import { freePorts } from "./free_ports.ts";
import { startDaemon } from "./peers/daemon.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy/kustomize/", import.meta.url));
const CACHE = fileURLToPath(new URL("../../.cache/kubernetes/", import.meta.url));
const SOURCE = fileURLToPath(new URL("./kubernetes/", import.meta.url));

interface Port {
  readonly name: string;
  readonly containerPort?: number;
  readonly port?: number;
  readonly targetPort?: string;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
  readonly ports?: readonly Port[];
  readonly resources?: { readonly limits?: Record<string, string> };
  readonly securityContext?: Record<string, unknown>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: Record<string, unknown>;
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}

/** As far as it is looked at here; that it is what its API takes was checked when it was rendered. */
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Record<string, string>;
  readonly spec?: {
    readonly selector?: Record<string, unknown> & { readonly matchLabels?: Record<string, string> };
    readonly ports?: readonly Port[];
    readonly template?: { readonly metadata: { readonly labels: Record<string, string> }; readonly spec: PodSpec };
    readonly podMetricsEndpoints?: readonly {
      readonly port: string;
      readonly relabelings?: readonly { readonly targetLabel: string; readonly replacement?: string }[];
    }[];
    readonly prober?: { readonly url: string };
  };
}

/** The objects of a folder, rendered by kustomize and held against the types of their APIs. */
const render = async (folder: string) =>
  JSON.parse(await run(`${CACHE}render`, [`${DEPLOY}${folder}`]))[0] as readonly KubernetesObject[];

const only = (objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject => {
  const [found, ...others] = objects.filter((one) =>
    one.kind === kind && (name ?? one.metadata.name) === one.metadata.name
  );
  assert.ok(found !== undefined && others.length === 0, `${kind} ${name}`);
  return found;
};

const podOf = ({ spec }: KubernetesObject) => spec?.template?.spec ?? assert.fail("no pod");
const labelsOf = ({ spec }: KubernetesObject) => spec?.template?.metadata.labels ?? {};
const ours = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ spec }) => spec?.template !== undefined).map(podOf)
    .flatMap((pod) => [...pod.initContainers ?? [], ...pod.containers].map((container) => ({ pod, container })))
    .filter(({ container }) => container.image.includes("torchserve-check"));

describe("kustomize renders", () => {
  let agent: readonly KubernetesObject[];
  let monitoring: readonly KubernetesObject[];
  let exporter: readonly KubernetesObject[];
  before(async () => {
    mkdirSync(CACHE, { recursive: true });
    await run("go", ["-C", SOURCE, "build", "-o", `${CACHE}render`, "."]);
    [agent, monitoring, exporter] = [
      await render("examples/agent"),
      await render("examples/monitoring"),
      await render("exporter"),
    ];
  });

  it("all its files: none is left out of a kustomization", () => {
    for (const folder of ["agent", "exporter", "operator", "examples/agent", "examples/monitoring"]) {
      const text = readFileSync(`${DEPLOY}${folder}/kustomization.yaml`, "utf8");
      const files = readdirSync(`${DEPLOY}${folder}`).filter((file) => file !== "kustomization.yaml");
      assert.deepEqual(files.filter((file) => !text.includes(file)), [], folder);
    }
  });

  it("containers of ours with least privileges, a read-only root, and limits", () => {
    const containers = ours([...agent, ...monitoring]);
    assert.equal(containers.length, 2);
    for (const { pod, container } of containers) {
      const security = { ...pod.securityContext, ...container.securityContext };
      assert.equal(security["runAsNonRoot"], true);
      assert.equal(security["allowPrivilegeEscalation"], false);
      assert.equal(security["readOnlyRootFilesystem"], true);
      assert.deepEqual(security["capabilities"], { drop: ["ALL"] });
      assert.deepEqual(security["seccompProfile"], { type: "RuntimeDefault" });
      assert.ok(container.resources?.limits?.["memory"] && container.resources.limits["cpu"]);
      assert.equal(container.image, "example.org/torchserve-check:0.1.0");
      for (const { name } of container.volumeMounts ?? []) {
        assert.ok(pod.volumes?.some((one) => one.name === name), name);
      }
    }
  });

  it("an Agent that looks for checks where the init container puts them", () => {
    const pod = podOf(only(agent, "DaemonSet"));
    const [container, init] = [pod.containers[0], pod.initContainers?.[0]];
    const folder = container?.env?.find(({ name }) => name === "DD_ADDITIONAL_CHECKSD")?.value;
    const mount = container?.volumeMounts?.find(({ mountPath }) => mountPath === folder);
    assert.deepEqual([mount?.readOnly, mount?.name], [true, init?.volumeMounts?.[0]?.name]);
    assert.equal(init?.args?.at(-1), `${init?.volumeMounts?.[0]?.mountPath}/`);
    // The Agent's own variables are still there.
    assert.ok(container?.env?.some(({ name }) => name === "DD_API_KEY"));
  });

  it("annotations that the check reads, of the container that is there", async () => {
    const deployment = JSON.stringify(only(agent, "Deployment")).replaceAll("%%host%%", "10.0.0.7");
    const { issues, instances, logs } = await readConfig(deployment, "rendered");
    assert.deepEqual(issues, []);
    assert.deepEqual(instances.map(({ result }) => result.ok && result.config.url), [
      "http://10.0.0.7:8082/metrics",
      "http://10.0.0.7:8080",
      "http://10.0.0.7:8081",
    ]);
    assert.deepEqual(logs, [{ source: "torchserve" }]);
  });

  it("a Service, a Probe and PodMonitors that lead to the exporter", () => {
    const service = only(monitoring, "Service");
    const deployment = only(monitoring, "Deployment");
    const labels = labelsOf(deployment);
    for (const [name, value] of Object.entries(service.spec?.selector ?? {})) assert.equal(labels[name], value);
    const ports = podOf(deployment).containers[0]?.ports ?? [];
    const [port] = service.spec?.ports ?? [];
    assert.ok(ports.some(({ name }) => name === port?.targetPort));
    const address = `${service.metadata.name}.${service.metadata.namespace}.svc:${port?.port}`;
    assert.equal(only(monitoring, "Probe").spec?.prober?.url, address);
    const own = only(monitoring, "PodMonitor", "torchserve-check-exporter");
    for (const [name, value] of Object.entries(own.spec?.selector?.matchLabels ?? {})) {
      assert.equal(labels[name], value);
    }
    assert.ok(ports.some(({ name }) => name === own.spec?.podMetricsEndpoints?.[0]?.port));
    const pods = only(monitoring, "PodMonitor", "torchserve").spec;
    const [endpoint] = pods?.podMetricsEndpoints ?? [];
    assert.equal(endpoint?.relabelings?.find(({ targetLabel }) => targetLabel === "__address__")?.replacement, address);
    const torchserve = only(agent, "Deployment");
    for (const [name, value] of Object.entries(pods?.selector?.matchLabels ?? {})) {
      assert.equal(labelsOf(torchserve)[name], value);
    }
    assert.ok(podOf(torchserve).containers[0]?.ports?.some(({ name }) => name === endpoint?.port));
  });

  it("the configuration of the overlay, where the exporter is told to read it; the base allows nothing", () => {
    for (const [objects, allowed] of [[monitoring, "models.example.org"], [exporter, "allow: []"]] as const) {
      const config = only(objects, "ConfigMap");
      const pod = podOf(only(objects, "Deployment"));
      assert.ok(config.data?.["exporter.yaml"]?.includes(allowed));
      assert.equal(pod.volumes?.[0]?.configMap?.name, config.metadata.name);
      const mount = pod.containers[0]?.volumeMounts?.[0]?.mountPath;
      assert.ok(pod.containers[0]?.args?.includes(`--config=${mount}/exporter.yaml`));
    }
  });

  it("an exporter that serves as an unprivileged user who can write nowhere, and probes what is allowed only", async () => {
    const deployment = only(monitoring, "Deployment");
    const [container] = podOf(deployment).containers;
    const directory = mkdtempSync(join(tmpdir(), "exporter-"));
    const [port = 0] = await freePorts(1);
    try {
      for (const [name, text] of Object.entries(only(monitoring, "ConfigMap").data ?? {})) {
        writeFileSync(join(directory, name), text);
      }
      copyFileSync(BINARY.command[0] ?? "", join(directory, "torchserve-check"));
      chmodSync(directory, 0o755);
      // The paths of the container are in a folder here, and the port is a free one.
      const inContainer = (container?.args ?? []).map((arg) =>
        arg.replace("/etc/torchserve-check", directory).replace(/:19082$/, `127.0.0.1:${port}`)
      );
      const env = ["env", "-i", "GATEWAY_PASSWORD=hunter2", "HOME=/nonexistent", "TMPDIR=/nonexistent"];
      const user = [
        "setpriv",
        "--reuid=65532",
        "--regid=65532",
        "--clear-groups",
        "--no-new-privs",
        "--bounding-set=-all",
      ];
      const command = [...env, ...user, join(directory, "torchserve-check"), ...inContainer];
      const daemon = await startDaemon(directory, command, [port]);
      try {
        const ask = async (path: string) => {
          const response = await fetch(`http://127.0.0.1:${port}${path}`);
          return { status: response.status, text: await response.text() };
        };
        const path = container?.livenessProbe?.httpGet.path ?? "";
        assert.equal((await ask(path)).status, 200);
        assert.equal((await ask("/probe?target=127.0.0.1")).status, 403);
        assert.equal((await ask("/probe?target=10.0.0.1&module=gateway")).status, 403);
        const config = await ask("/config");
        assert.equal(config.text.includes("hunter2"), false);
        assert.match((await ask("/metrics")).text, /^torchserve_exporter_build_info\{/m);
      } finally {
        await daemon.stop();
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("an Agent whose runtime loads the check from there, and runs what the annotations say", async () => {
    const python = await prepareAgent();
    const [init] = podOf(only(agent, "DaemonSet")).initContainers ?? [];
    const directory = mkdtempSync(join(tmpdir(), "agent-"));
    const emulator = await startEmulator();
    try {
      // The image's files, as deploy/Dockerfile puts them there, and the volume.
      const dockerfile = readFileSync(`${DEPLOY}../Dockerfile`, "utf8");
      for (const [, mode = "", from = "", to = ""] of dockerfile.matchAll(/^COPY --chmod=(\d+) (\S+) (\S+)$/gm)) {
        mkdirSync(join(directory, to, ".."), { recursive: true });
        copyFileSync(`${DEPLOY}../../${from}`, join(directory, to));
        chmodSync(join(directory, to), parseInt(mode, 8));
      }
      mkdirSync(join(directory, "checks.d"));
      await run("cp", (init?.args ?? []).map((path) => join(directory, path)));
      const file = await readConfig(JSON.stringify(only(agent, "Deployment")), "rendered", {
        environment: {},
        left: "discovered",
      });
      const raw = file.instances.map(({ raw }) => raw as Record<string, string>)
        .find((instance) => instance["management_api_url"] !== undefined);
      const instance = { ...raw, management_api_url: emulator.managementUrl };
      const script = `${SOURCE}agent_pod.py`;
      const shown = JSON.parse(
        await run(python, ["-I", script, join(directory, "checks.d"), JSON.stringify(instance)]),
      );
      assert.deepEqual(
        { ...shown, metrics: shown.metrics > 5 },
        { error: "", metrics: true, service_checks: { "torchserve.management_api.health": [0] } },
      );
    } finally {
      await emulator.close();
      rmSync(directory, { recursive: true });
    }
  });
});
