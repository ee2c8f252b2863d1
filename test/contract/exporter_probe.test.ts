import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { createApp } from "../../plugin/exporter/mod.ts";
import { parse } from "../../plugin/openmetrics/mod.ts";
import { type TestExporter, testExporter, value } from "./exporter_support.ts";
import { httpServer, rawServer, type TestServer, until } from "./http_servers.ts";

const OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const IN_FIVE_SECONDS = { "X-Prometheus-Scrape-Timeout-Seconds": "5.5" };

/** A page of TorchServe with so many values of a label. */
function page(values: number): string {
  const lines = Array.from({ length: values }, (_, i) => `ts_inference_requests_total{model_name="m${i}"} ${i}\n`);
  return `# TYPE ts_inference_requests_total counter\n${lines.join("")}`;
}

describe("the exporter, of a TorchServe", () => {
  let emulator: Emulator;
  let exporter: TestExporter;
  before(async () => {
    emulator = await startEmulator();
    const port = (url: string) => Number(new URL(url).port);
    const ports = {
      inference: port(emulator.inferenceUrl),
      management: port(emulator.managementUrl),
      metrics: port(emulator.metricsUrl),
    };
    const tags = ["team:vision"];
    exporter = await testExporter({
      targets: { allow: ["127.0.0.1"] },
      modules: {
        default: { ports, tags },
        tagged: { ports, tags, keep_tags: true },
        brief: { ports, probe_timeout: 0.5 },
        telling: { ports, telemetry: true },
      },
    });
  });
  after(async () => {
    await exporter.close();
    await emulator.close();
  });

  it("gives all of a bare host, without what Prometheus says of the target already", async () => {
    const { status, text, headers } = await exporter.probe("127.0.0.1");
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), TEXT);
    assert.equal(value(text, "probe_success"), 1);
    for (const api of ["inference", "management", "metrics"]) {
      assert.equal(value(text, `probe_api_success{api="${api}"}`), 1);
    }
    assert.equal(value(text, "torchserve_inference_api_health"), 0);
    assert.match(text, /^torchserve_management_api_model_workers_current\{model_name="resnet-18",/m);
    assert.match(text, /^# HELP probe_duration_seconds .+\n# TYPE probe_duration_seconds gauge\n/m);
    assert.doesNotMatch(text, /127\.0\.0\.1|team|endpoint=|_url=/);
  });

  it("keeps those tags where the module says so", async () => {
    const { text } = await exporter.probe("127.0.0.1", "&module=tagged");
    assert.match(
      text,
      /^torchserve_inference_api_health\{inference_api_url="http:\/\/127\.0\.0\.1:\d+",team="vision"\} 0$/m,
    );
    assert.match(text, /endpoint="http:\/\/127\.0\.0\.1:\d+\/metrics"/);
  });

  it("speaks OpenMetrics to whoever asks for it, by the letter of the standard", async () => {
    const { text, headers } = await exporter.probe("127.0.0.1", "", { Accept: OPENMETRICS });
    assert.equal(headers.get("content-type"), OPENMETRICS);
    assert.ok(text.endsWith("# EOF\n"));
    assert.ok(familiesOf(text).includes("probe_success"));
  });

  it("is one probe for each way to write an address", async () => {
    for (const target of ["0x7f.1", "2130706433", "0177.1", "[::ffff:127.0.0.1]", "http://127.0.0.1"]) {
      const { status, text } = await exporter.probe(target);
      assert.equal(status, 200, target);
      // Where IPv4 is mapped into IPv6, a server on IPv4 is reached all the same.
      assert.equal(value(text, "probe_success"), 1, target);
    }
  });

  it("shows a person the log, the reports and the metrics", async () => {
    const { text, headers } = await exporter.probe("127.0.0.1", "&debug=true");
    assert.match(headers.get("content-type") ?? "", /^text\/plain/);
    for (const title of ["Log of the probe:", "What was found:", "Metrics that a scrape gets:", "Module default:"]) {
      assert.ok(text.includes(title), title);
    }
    assert.match(text, /^debug: management http:\/\/127\.0\.0\.1:\d+: ok, \d+ requests in [\d.]+ ms$/m);
  });

  it("answers a failed probe with 200, and says what failed", async () => {
    const clear = emulator.faults.add({ endpoint: "management", status: 503 });
    const { status, text } = await exporter.probe("127.0.0.1");
    clear();
    assert.equal(status, 200);
    assert.equal(value(text, "probe_success"), 0);
    assert.equal(value(text, 'probe_api_success{api="management"}'), 0);
    assert.equal(value(text, 'probe_api_success{api="metrics"}'), 1);
    assert.equal(value(text, "torchserve_management_api_health"), 2);
  });

  it("takes no longer than the scrape allows, less the offset, nor than the module says", async () => {
    const clear = emulator.faults.add({ endpoint: "inference", hang: true });
    const scrape = await exporter.probe("127.0.0.1", "", { "X-Prometheus-Scrape-Timeout-Seconds": "1" });
    const brief = await exporter.probe("127.0.0.1", "&module=brief", IN_FIVE_SECONDS);
    clear();
    assert.equal(value(scrape.text, "probe_timeout_seconds"), 0.5);
    assert.equal(value(brief.text, "probe_timeout_seconds"), 0.5);
    for (const { status, text } of [scrape, brief]) {
      assert.equal(status, 200);
      assert.equal(value(text, "probe_success"), 0);
      assert.equal(value(text, 'probe_api_success{api="management"}'), 1);
      assert.ok((value(text, "probe_duration_seconds") ?? 99) < 5);
    }
    assert.equal(
      (await exporter.probe("127.0.0.1", "", { "X-Prometheus-Scrape-Timeout-Seconds": "soon" })).status,
      400,
    );
  });

  it("adds differences up from probe to probe", async () => {
    const counted = async () => {
      const { text } = await exporter.probe("127.0.0.1", "&module=telling");
      return value(text, "torchserve_openmetrics_telemetry_metrics_input_total") ?? NaN;
    };
    const first = await counted();
    assert.ok(first > 0);
    assert.ok(await counted() >= 2 * first);
  });

  it("compresses for whoever accepts it", async () => {
    const path = "/probe?target=127.0.0.1";
    const plain = await exporter.ask(path);
    assert.equal(plain.headers.get("content-encoding"), null);
    const { headers } = await exporter.ask(path, { headers: { "Accept-Encoding": "gzip" } });
    assert.equal(headers.get("content-encoding"), "gzip");
  });
});

describe("the exporter, of targets that it must not ask", () => {
  let server: TestServer;
  let other: TestServer;
  let asked: string[];
  let redirect: string | undefined;
  let exporter: TestExporter;
  /** What names lead to; each question takes the next answer, the last one stays. */
  const names: Record<string, string[][]> = {};
  const resolve = (host: string) => {
    const [next, ...rest] = names[host] ?? [];
    if (next === undefined) return Promise.reject(Object.assign(new Error("none"), { code: "ENOTFOUND" }));
    if (rest.length > 0) names[host] = rest;
    return Promise.resolve(next);
  };
  before(async () => {
    server = await httpServer((request, response) => {
      asked.push(`${request.headers.host} ${request.headers.authorization ?? "-"} ${request.headers["x-key"] ?? "-"}`);
      if (redirect !== undefined) response.writeHead(302, { Location: redirect }).end();
      else response.end(page(1));
    });
    other = await httpServer((request, response) => {
      asked.push(`other ${request.headers.authorization ?? "-"} ${request.headers["x-key"] ?? "-"}`);
      response.end(page(1));
    });
    exporter = await testExporter({
      targets: { allow: [`127.0.0.1:${server.port}`, `named.test:${server.port}`] },
      modules: {
        secret: { username: "u", password: "canary-pw", headers: { "X-Key": "canary-key" }, targets: ["10.0.0.0/8"] },
        sent: {
          username: "u",
          password: "canary-pw",
          headers: { "X-Key": "canary-key" },
          targets: [`127.0.0.1:${server.port}`],
        },
      },
    }, resolve);
  });
  after(async () => {
    await exporter.close();
    server.close();
    other.close();
  });
  const start = () => {
    asked = [];
    redirect = undefined;
  };
  const at = (host: string, port = server.port) => `http://${host}:${port}/metrics`;

  it("refuses everything where the list is empty", async () => {
    start();
    const closed = await testExporter({});
    for (const target of [at("127.0.0.1"), "localhost", "10.0.0.1"]) {
      const { status, text } = await closed.probe(target);
      assert.equal(status, 403);
      assert.match(text, /not allowed by targets\.allow; whoever runs the exporter can add it/);
    }
    assert.ok(closed.logged.some((line) => /targets\.allow is empty/.test(line)));
    await closed.close();
    assert.deepEqual(asked, []);
  });

  it("refuses a target that is not listed, however its address is written", async () => {
    start();
    const hosts = [
      "127.0.0.2",
      "0x7f.2",
      "2130706434",
      "[::1]",
      "[::ffff:127.0.0.2]",
      "169.254.169.254",
      "unlisted.test",
    ];
    for (const host of hosts) assert.equal((await exporter.probe(at(host))).status, 403, host);
    assert.equal((await exporter.probe(at("127.0.0.1", other.port))).status, 403, "another port");
    assert.equal((await exporter.probe(at("127.0.0.1"))).status, 200);
    assert.equal(asked.length, 1);
  });

  it("does not follow a redirect to one, and sends none there", async () => {
    for (const to of [at("127.0.0.1", other.port), at("127.0.0.2"), "http://169.254.169.254/", at("unlisted.test")]) {
      start();
      redirect = to;
      const { status, text } = await exporter.probe(at("127.0.0.1"), "&debug=true");
      assert.equal(status, 200, to);
      assert.equal(value(text, "probe_success"), 0, to);
      assert.match(text, /A redirect is not followed/, to);
      assert.equal(asked.length, 1, to);
    }
  });

  it("refuses user info without repeating it", async () => {
    start();
    const { status, text } = await exporter.probe(`http://u:canary-pw@127.0.0.1:${server.port}/metrics`);
    assert.equal(status, 400);
    assert.doesNotMatch(text + exporter.logged.join(), /canary/);
    assert.deepEqual(asked, []);
  });

  it("asks the address that was checked, and refuses a name that changes its answer", async () => {
    start();
    names["named.test"] = [["127.0.0.1"]];
    // The list has 127.0.0.1, so that the name may lead there; to another address of this machine it may not.
    assert.equal(value((await exporter.probe(at("named.test"))).text, "probe_success"), 1);
    assert.deepEqual(asked, [`named.test:${server.port} - -`]);
    names["named.test"] = [["127.0.0.2"], ["127.0.0.1"]];
    assert.equal((await exporter.probe(at("named.test"))).status, 403);
    names["named.test"] = [["127.0.0.1"], ["127.0.0.2"]];
    assert.equal(value((await exporter.probe(at("named.test"))).text, "probe_success"), 1);
    assert.equal(asked.length, 2, "one question to the resolver, one connection to its answer");
  });

  it("sends the credentials of a module to its own targets only", async () => {
    start();
    const { status, text } = await exporter.probe(at("127.0.0.1"), "&module=secret");
    assert.equal(status, 403);
    assert.match(text, /not allowed by the module's targets/);
    assert.deepEqual(asked, []);
    await exporter.probe(at("127.0.0.1"), "&module=sent");
    assert.match(asked.join(), /Basic .* canary-key/);
    start();
    names["named.test"] = [["127.0.0.1"]];
    redirect = at("named.test");
    const moved = await exporter.probe(at("127.0.0.1"), "&module=sent&debug=true");
    assert.match(moved.text, /A redirect is not followed|redirected more than/);
    assert.ok(!asked.slice(1).some((line) => /Basic|canary/.test(line)), asked.join());
  });
});

describe("the exporter, under load", () => {
  it("makes so many probes at a time as its limits say, and refuses the others with 503, counted", async () => {
    let atOnce = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const server = await httpServer((_, response) => {
      most = Math.max(most, ++atOnce);
      waiting.push(() => {
        atOnce--;
        response.end(page(1));
      });
    });
    const exporter = await testExporter({
      targets: { allow: ["127.0.0.1"] },
      limits: { probes: 20, probes_of_a_target: 2 },
    });
    const probes = Array.from(
      { length: 500 },
      (_, i) => exporter.probe(`http://127.0.0.1:${server.port}/metrics?${i % 250}`, "", IN_FIVE_SECONDS),
    );
    const refused = await Promise.all((await settled(probes, 480)).slice(0, 480));
    assert.ok(refused.every(({ status, headers }) => status === 503 && headers.get("retry-after") === "1"));
    assert.match((await exporter.ask("/metrics")).text, /^torchserve_exporter_probes_in_flight 20$/m);
    assert.ok(await until(() => waiting.length === 20));
    for (const go of waiting) go();
    const all = await Promise.all(probes);
    assert.equal(all.filter(({ status }) => status === 200).length, 20);
    assert.ok(most <= 20);
    assert.match((await exporter.ask("/metrics")).text, /probes_refused_total\{reason="busy"\} 480\n/);
    await exporter.close();
    server.close();
  });

  it("lets a target that hangs cost only itself", async () => {
    const hanging = await rawServer(() => {});
    const server = await httpServer((_, response) => response.end(page(1)));
    const exporter = await testExporter({ targets: { allow: ["127.0.0.1"] }, limits: { probes_of_a_target: 2 } });
    const hang = () =>
      exporter.probe(`127.0.0.1:${hanging.port}/metrics`, "", { "X-Prometheus-Scrape-Timeout-Seconds": "2" });
    const hangs = [hang(), hang()];
    assert.ok(await until(() => hanging.opened() === 2));
    assert.equal((await hang()).status, 503, "a third one of the same target");
    for (let i = 0; i < 20; i++) {
      const { text } = await exporter.probe(`127.0.0.1:${server.port}/metrics`);
      assert.equal(value(text, "probe_success"), 1);
    }
    for (const { status, text } of await Promise.all(hangs)) {
      assert.equal(status, 200);
      assert.equal(value(text, "probe_success"), 0);
    }
    await exporter.close();
    for (const one of [hanging, server]) one.close();
  });

  it("gives up a probe whose client went away, and one whose name is never looked up", async () => {
    const hanging = await rawServer((socket) => void socket.resume());
    const exporter = await testExporter(
      { targets: { allow: ["127.0.0.1", "named.test"] } },
      () => new Promise(() => {}),
    );
    const client = new AbortController();
    const path = `/probe?target=127.0.0.1:${hanging.port}/metrics`;
    const probe = createApp(exporter.exporter).request(path, {}, { gone: client.signal });
    assert.ok(await until(() => hanging.open() === 1));
    client.abort();
    await probe;
    assert.ok(await until(() => hanging.open() === 0 && exporter.exporter.prober.inFlight === 0));
    assert.ok(!exporter.logged.some((line) => line.startsWith("error")), exporter.logged.join("\n"));
    const { status, text } = await exporter.probe("named.test", "", { "X-Prometheus-Scrape-Timeout-Seconds": "0.6" });
    assert.deepEqual([status, value(text, "probe_success")], [200, 0]);
    await exporter.close();
    hanging.close();
  });

  it("shows 10,000 values of a label, or as many as the module says, and keeps none of them", async () => {
    const server = await httpServer((_, response) => response.end(page(10_000)));
    const exporter = await testExporter({
      targets: { allow: ["127.0.0.1"] },
      modules: { bounded: { max_returned_metrics: 100 } },
    });
    const target = `127.0.0.1:${server.port}/metrics`;
    const lines = async (module: string) => {
      const { text } = await exporter.probe(target, `&module=${module}`);
      return text.split("\n").filter((line) => line.startsWith("torchserve_openmetrics_inference_total{")).length;
    };
    const before = (await exporter.ask("/metrics")).text.split("\n").length;
    assert.equal(await lines("default"), 10_000);
    assert.equal(await lines("bounded"), 100);
    const { text } = await exporter.ask("/metrics");
    assert.ok(text.split("\n").length - before <= 4, "two modules that were not probed before");
    await exporter.close();
    server.close();
  });
});

describe("the exporter's pages", () => {
  it("are as those of other exporters", async () => {
    const exporter = await testExporter({ targets: { allow: ["ts"] } });
    const status = async (path: string, method = "GET") => (await exporter.ask(path, { method })).status;
    assert.deepEqual(
      await Promise.all(
        ["/", "/metrics", "/-/healthy", "/config", "/none", "/-/reload", "/probe"].map((path) => status(path)),
      ),
      [200, 200, 200, 200, 404, 405, 400],
    );
    assert.deepEqual(
      await Promise.all(["/", "/metrics", "/-/healthy", "/probe?target=ts"].map((path) => status(path, "POST"))),
      [405, 405, 405, 405],
    );
    assert.equal(await status("/metrics", "HEAD"), 200);
    assert.equal((await exporter.ask("/-/healthy")).text, "Healthy\n");
    assert.match((await exporter.ask("/")).text, /<form action="probe">/);
    assert.equal((await exporter.probe("ts", "&module=none")).status, 400);
    assert.equal((await exporter.ask("/probe?target=ts&target=ts")).status, 400);
    const own = await exporter.ask("/metrics", { headers: { Accept: OPENMETRICS } });
    assert.equal(own.headers.get("content-type"), OPENMETRICS);
    assert.ok(familiesOf(own.text).includes("torchserve_exporter_build_info"));
    await exporter.close();
  });

  it("take a new file on POST, and keep the old one when the new one is wrong", async () => {
    const server = await httpServer((_, response) => response.end(page(1)));
    const exporter = await testExporter({ targets: { allow: ["127.0.0.1"] } });
    const reload = () => exporter.ask("/-/reload", { method: "POST" });
    const target = `127.0.0.1:${server.port}/metrics`;
    await exporter.write("targets: {allow: [http://wrong]}");
    const wrong = await reload();
    assert.equal(wrong.status, 500);
    assert.match(wrong.text, /targets\.allow\[0\]: Found no target/);
    assert.equal((await exporter.probe(target)).status, 200);
    assert.match((await exporter.ask("/metrics")).text, /^torchserve_exporter_config_last_reload_successful 0$/m);
    await exporter.write({ targets: { allow: ["10.0.0.1"] } });
    assert.equal((await reload()).status, 200);
    assert.equal((await exporter.probe(target)).status, 403);
    assert.match((await exporter.ask("/metrics")).text, /^torchserve_exporter_config_last_reload_successful 1$/m);
    await exporter.close();
    server.close();
  });

  it("hold no secret of a module, whatever a target echoes", async () => {
    const server = await httpServer((request, response) => {
      const echo = JSON.stringify({ ...request.headers, url: request.url });
      response.writeHead(request.url?.startsWith("/ok") ? 200 : 500, `no ${request.headers.authorization}`).end(echo);
    });
    const target = `127.0.0.1:${server.port}`;
    const exporter = await testExporter({
      targets: { allow: [target] },
      modules: {
        a: {
          username: "canary-user",
          password: "canary-password",
          headers: { "X-Key": "canary-header" },
          proxy: { no_proxy: ["127.0.0.1"], http: "http://canary-pu:canary-pp@127.0.0.9:1" },
          targets: [target],
          log_requests: true,
        },
      },
    });
    const pages = [
      ...await Promise.all(["/", "/metrics", "/config", "/-/healthy"].map((path) => exporter.ask(path))),
      ...await Promise.all(
        ["/metrics", "/ok/metrics", "/ping", "/ok/ping", "/models", "/ok/models"].flatMap((path) => [
          exporter.probe(target + path, "&module=a"),
          exporter.probe(target + path, "&module=a&debug=true"),
        ]),
      ),
    ];
    const encoded = btoa("canary-user:canary-password");
    for (const { text } of pages) {
      assert.doesNotMatch(text, /canary-(?:password|header|pp)/);
      assert.ok(!text.includes(encoded));
    }
    assert.doesNotMatch(exporter.logged.join("\n"), /canary-(?:password|header|pp)/);
    await exporter.close();
    server.close();
  });
});

/** Waits until so many are done; gives those. */
async function settled<T>(all: readonly Promise<T>[], many: number): Promise<T[]> {
  const done: T[] = [];
  for (const one of all) one.then((result) => done.push(result), () => {});
  for (let i = 0; i < 4_000 && done.length < many; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  return done;
}

/** The names of the families of a text that keeps every rule of OpenMetrics. */
function familiesOf(text: string): string[] {
  const names: string[] = [];
  parse(text, { format: "openmetrics", strict: true }, ({ name }) => void names.push(name));
  return names;
}
