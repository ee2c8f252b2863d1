import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { BINARY, type Plugin, PluginProcess, PLUGINS, runPlugin } from "../support/plugin_process.ts";

/** What no line for people may hold. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** The plugin as a shell runs it: `$0` is the first word of its command, `$@` the rest and its arguments. */
const inShell = ({ name, command }: Plugin, script: string): Plugin => ({
  name,
  command: ["bash", "-c", script, ...command],
});

for (const plugin of PLUGINS) {
  describe(`the command line of ${plugin.name}`, () => {
    let emulator: Emulator;
    let directory: string;
    let file: string;
    before(async () => {
      emulator = await startEmulator({});
      directory = await mkdtemp(join(tmpdir(), "e2e-"));
      file = join(directory, "conf.yaml");
      await writeFile(
        file,
        `init_config:\ninstances:\n  - openmetrics_endpoint: ${emulator.metricsUrl}\n` +
          `  - inference_api_url: ${emulator.inferenceUrl}\n  - management_api_url: ${emulator.managementUrl}\n`,
      );
    });
    after(async () => {
      await emulator.close();
      await rm(directory, { recursive: true });
    });

    const cli = (...args: string[]) => runPlugin(plugin, "", { args, cwd: directory, env: { NO_COLOR: "1" } });

    it("shows a table for each instance of a file, in its order", async () => {
      const { status, stdout } = await cli("--instance", file);
      assert.equal(status, 0);
      const titles = stdout.split("\n").filter((line) => /^\w+ {2}http/.test(line)).map((line) => line.split(" ")[0]);
      assert.deepEqual(titles, ["openmetrics", "inference", "management"]);
      assert.match(stdout, /torchserve\.openmetrics\.memory\.available +[\d,.]+ [MGT]B +gauge/);
      assert.match(stdout, /OK +torchserve\.management_api\.health/);
      assert.ok(!stdout.includes("\x1b["));
    });

    it("takes conf.yaml here when no file is named, YAML given inline, JSON, and standard input", async () => {
      assert.equal((await cli("--instance", "--quiet")).status, 0);
      assert.equal((await cli("--instance", `inference_api_url: ${emulator.inferenceUrl}`)).status, 0);
      assert.equal((await cli("--instance", JSON.stringify({ inference_api_url: emulator.inferenceUrl }))).status, 0);
      const { status } = await runPlugin(plugin, `instances: [{ inference_api_url: "${emulator.inferenceUrl}" }]`, {
        args: ["--instance", "-"],
      });
      assert.equal(status, 0);
    });

    it("takes one bare argument, a file or a URL, as --instance, and says what a URL is taken for", async () => {
      assert.match((await cli("conf.yaml", "--index", "1")).stdout, /^inference {2}/);
      assert.match((await cli("--instance", "--index", "2", file)).stdout, /^management {2}/);
      for (
        const [url, kind, how] of [
          [emulator.metricsUrl, "openmetrics", /taken as openmetrics_endpoint, by its path/],
          [`${emulator.inferenceUrl}/ping`, "inference", /taken as inference_api_url, by its path/],
          [emulator.managementUrl, "management", /taken as management_api_url, by its answers/],
        ] as const
      ) {
        const { status, stdout, stderr } = await cli(url);
        assert.equal(status, 0, stderr);
        assert.match(stdout, new RegExp(`^${kind} {2}http`));
        assert.match(stderr, how);
      }
    });

    it("asks whether --instance - was meant when a configuration comes where the protocol is spoken", async () => {
      const ended = await runPlugin(plugin, `instances:\n  - inference_api_url: ${emulator.inferenceUrl}\n`);
      assert.match(ended.stderr, /^torchserve-check: [^\n]+ --instance -\n$/);
      const host = await runPlugin(plugin, `{"jsonrpc": "2.0", "id": 1, "method": "no/such"}\n`);
      assert.equal(host.stderr, "");
    });

    it("prints bare reports as JSON, one for each line", async () => {
      const { stdout } = await cli("--instance", file, "--format", "json", "--repeat", "2", "--interval", "0");
      const reports = stdout.trim().split("\n").map((line) => v.parse(messageSchemas.report, JSON.parse(line)));
      assert.deepEqual(reports.map(({ status }) => status), Array(6).fill("ok"));
      const flush = (i: number) =>
        reports[i]?.metrics.find(({ type }) => type === "monotonic_count")?.flush_first_value;
      assert.deepEqual([flush(0), flush(3)], [false, true]);
    });

    it("prints lines that say of what each report is", async () => {
      const { stdout } = await cli("--instance", file, "--format", "ndjson");
      const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
      assert.deepEqual(lines.map(({ instance, kind, url }) => [instance, kind, url]), [
        ["instances[0]", "openmetrics", emulator.metricsUrl],
        ["instances[1]", "inference", emulator.inferenceUrl],
        ["instances[2]", "management", emulator.managementUrl],
      ]);
      for (const { instance: _instance, kind: _kind, url: _url, time, ...report } of lines) {
        assert.ok(Date.parse(time) > 0);
        v.parse(messageSchemas.report, report);
      }
    });

    it("runs one instance by its index", async () => {
      const { stdout } = await cli("--instance", file, "--index", "1");
      assert.match(stdout, /^inference {2}/);
      const { status, stderr } = await cli("--instance", file, "--index", "3");
      assert.equal(status, 2);
      assert.match(stderr, /from 0 to 2/);
    });

    it("ends with 1 when a check fails, and says what to do", async () => {
      const { status, stdout } = await cli("--instance", "inference_api_url: http://127.0.0.1:1");
      assert.equal(status, 1);
      assert.match(stdout, /CRITICAL/);
      assert.match(stdout, /What to do:/);
    });

    it("ends with 2 for a wrong configuration, and runs what is right", async () => {
      const bad =
        `instances:\n  - inference_api_url: ${emulator.inferenceUrl}\n  - management_api_url: ${emulator.managementUrl}\n    limit: many\n`;
      const { status, stdout } = await cli("--instance", bad);
      assert.equal(status, 2);
      assert.match(stdout, /instances\[1\]\.limit/);
      assert.match(stdout, /inference {2}http.* OK/);
    });

    describe("of a server whose health is not OK", () => {
      let server: Server;
      let status = "";
      before(async () => {
        server = createServer((_request, response) => response.end(JSON.stringify({ status })));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      });
      after(() => new Promise((resolve) => server.close(resolve)));

      for (
        const [word, failOn, expected] of [
          ["Unhealthy", "critical", 1],
          ["Unhealthy", "warning", 1],
          ["Unhealthy", "never", 0],
          ["Partial Healthy", "critical", 0],
          ["Partial Healthy", "warning", 1],
          ["Healthy", "warning", 0],
        ] as const
      ) {
        it(`ends with ${expected} for ${word} and --fail-on ${failOn}, and --quiet shows what is not well`, async () => {
          status = word;
          const { port } = server.address() as AddressInfo;
          const source = `inference_api_url: http://127.0.0.1:${port}`;
          const ended = await cli("--instance", source, "--quiet", "--fail-on", failOn);
          assert.equal(ended.status, expected, ended.stdout);
          if (word === "Healthy") assert.equal(ended.stdout, "");
          else assert.match(ended.stdout, word === "Unhealthy" ? /CRITICAL {2}torchserve/ : /WARNING {3}torchserve/);
          for (const format of ["json", "ndjson"]) {
            assert.equal((await cli("--instance", source, "--format", format, "--fail-on", failOn)).status, expected);
          }
        });
      }
    });

    it("shows each instance as soon as those before it are done, the summary last, and the worst of all at its end", async () => {
      let answer = () => {};
      const isSeen = new Promise<void>((resolve) => answer = resolve);
      const slow = createServer((_request, response) => void isSeen.then(() => response.end("MemoryUsed 1\n")));
      await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
      const { port } = slow.address() as AddressInfo;
      const instances = [
        { inference_api_url: emulator.inferenceUrl },
        { openmetrics_endpoint: `http://127.0.0.1:${port}/metrics` },
        { management_api_url: "http://127.0.0.1:1" },
        { management_api_url: emulator.managementUrl },
      ];
      const running = new PluginProcess(plugin, { args: ["--instance", JSON.stringify({ instances })] });
      while (!/^inference {2}.* OK$/m.test(running.stdout)) await new Promise((resolve) => setTimeout(resolve, 5));
      answer();
      const { status, stdout } = await running.ended;
      slow.close();
      assert.equal(status, 1);
      assert.match(stdout, /\nSummary\n(?: {2}OK .*\n){3} {2}ERROR +management .*\n$/);
    });

    it("tells with --log-level debug where the configuration is, and each request with status and time, without secrets", async () => {
      const secret = "not-to-be-told";
      const url = emulator.inferenceUrl.replace("//", `//user:${secret}@`);
      const source = JSON.stringify({
        instances: [{ inference_api_url: url, headers: { "X-Key": secret }, password: secret }],
      });
      const { stdout, stderr } = await cli("--instance", source, "--log-level", "debug");
      assert.match(stderr, /^debug: the configuration is --instance: 1 of 1 instances are run$/m);
      assert.match(stderr, /^debug: GET http:\/\/[\d.:]+\/ping answered 200, \d+ bytes, [\d.]+ ms$/m);
      assert.match(stderr, /^debug: instances\[0\], inference http.*: ok after [\d.]+ ms$/m);
      assert.doesNotMatch(stdout + stderr, new RegExp(`${secret}|${btoa(`user:${secret}`)}`));
      assert.match(
        (await cli("--instance", "inference_api_url: http://127.0.0.1:1", "--log-level", "debug")).stderr,
        /failed/,
      );
    });

    it("shows no name and no message raw, whoever wrote it", async () => {
      const forged = "\u001b[2Ja\u202eb\u009bm";
      const odd = await startEmulator({ models: [{ name: forged }] });
      const instances = [{
        management_api_url: odd.managementUrl,
        log_requests: true,
        [`limt${forged}\nforged: line`]: 3,
      }];
      const source = JSON.stringify({ instances, [`sort${forged}`]: 1 });
      const options = [["--log-level", "debug"], ["--format", "json"], ["--format", "ndjson"], ["--quiet"]];
      for (const args of [...options.map((more) => ["--instance", source, ...more]), ["config", "validate", source]]) {
        const { stdout, stderr } = await cli(...args);
        assert.doesNotMatch(stdout + stderr, CONTROLS, args.slice(2).join(" "));
        assert.doesNotMatch(stdout + stderr, /^forged/m);
      }
      await odd.close();
    });

    it("reads a process substitution and /dev/stdin", async () => {
      const config = `inference_api_url: ${emulator.inferenceUrl}`;
      const substituted = inShell(plugin, `exec "$0" "$@" --instance <(echo '${config}')`);
      assert.equal((await runPlugin(substituted, "")).status, 0);
      assert.equal((await runPlugin(plugin, config, { args: ["--instance", "/dev/stdin"] })).status, 0);
    });

    it("never ends with 0 when its output cannot be written", async () => {
      const words = ["--instance conf.yaml", "--instance conf.yaml --format json", "help", "config example"];
      // What the binary shows of the others needs no second and third process.
      const others = ["--version", "version", "help config validate", "config schema", "config validate conf.yaml"];
      others.push("config docker conf.yaml", "assets list", "completions fish", "demo", "emulate --port 0", "install");
      for (const args of [...words, ...plugin === BINARY ? others : []].map((line) => line.split(" "))) {
        const full = await runPlugin(inShell(plugin, 'exec "$0" "$@" > /dev/full'), "", { args, cwd: directory });
        assert.equal(full.status, 1, args.join(" "));
        assert.match(full.stderr, /standard output cannot be written \(ENOSPC\)\nWhat to do: /);
      }
      const gone = inShell(plugin, '"$0" "$@" | true; exit ${PIPESTATUS[0]}');
      const { status, stderr } = await runPlugin(gone, "", {
        args: ["--instance", file, "--format", "json", "--repeat", "20", "--interval", "0.1"],
      });
      assert.deepEqual([status, stderr], [1, ""]);
    });

    for (
      const [args, pattern] of [
        [["--formt", "json"], /--format/],
        [["demoo"], /did you mean demo\?/],
        [["missing.yaml"], /missing\.yaml: there is no such file/],
        [["conf.yaml", "http://user:hidden@a"], /conf\.yaml and http:\/\/a: one configuration/],
        [["http://127.0.0.1:1"], /no API of TorchServe.*nothing listens/],
        [["http://a:99999"], /is not a URL/],
        [["emulate", "--host", "no-host.invalid", "--port", "0"], /^torchserve-check: emulate: cannot listen.*\nWhat/],
        [["emulate", "--port", "0", "--token-auth", "missing"], /^torchserve-check: --token-auth missing: .*\nWhat/],
        [
          ["emulate", "--port", "0", "--token-auth", "conf.yaml"],
          /--token-auth conf\.yaml: this is no directory\nWhat/,
        ],
        [["emulate", "--port", "0", "--metrics-mode", "log", "--logs", "missing"], /--logs missing: .*\nWhat/],
        [["emulate", "--port", "0", "--logs", "."], /--logs has no effect/],
        [["config", "validat"], /validate/],
        [["--instance", "missing.yaml"], /no such file/],
        [["--instance", "instances: [1"], /no instances to run: --instance:1:12: error: Found \[ that is not closed/],
        [
          ["--instance", "services: {ts: {labels: {a: b}}}"],
          /no instances to run: --instance:1:1: error: Found no label/,
        ],
        [["--instance", "inference_api_url: http://a", "--repeat", "0"], /at least 1/],
        [["--format", "xml"], /table, json, ndjson/],
        [["--fail-on", "everything"], /warning, critical, never/],
        [["discover", "--ports", "http"], /--ports.*expected a port/],
        [["discover", "--timeout", "0"], /more than 0/],
        [["discover", "ftp://here"], /HOST: ftp.*http:/],
        [["discover", "--format", "table"], /yaml, json/],
      ] as const
    ) {
      it(`ends with 2 for ${args.join(" ")}`, async () => {
        const { status, stdout, stderr } = await cli(...args);
        assert.equal(status, 2, stdout);
        assert.match(stderr, pattern);
      });
    }

    it("prints an example that validates, and the schema of configurations", async () => {
      const { stdout } = await cli("config", "example");
      await writeFile(join(directory, "example.yaml"), stdout);
      const validated = await cli("config", "validate", join(directory, "example.yaml"));
      assert.equal(validated.status, 0, validated.stdout);
      assert.match((await cli("config", "schema")).stdout, /"management_api_url"/);
      assert.equal((await cli("config", "validate", "limt: 3")).status, 2);
    });

    it("validates for programs, strictly, and with a look at each endpoint", async () => {
      const validate = (...args: string[]) => cli("config", "validate", ...args);
      const json = await validate("limt: 3\nmanagement_api_url: http://ts:8081", "--format", "json");
      assert.equal(json.status, 0);
      assert.deepEqual(JSON.parse(json.stdout), {
        issues: [{
          file: "--instance",
          line: 1,
          column: 1,
          path: "instance.limt",
          severity: "warning",
          message: "Unknown option; it has no effect.",
          suggestion: "limit",
        }],
      });
      const strict = await validate("limt: 3\nmanagement_api_url: http://ts:8081", "--strict");
      assert.equal(strict.status, 2);
      assert.match(
        strict.stdout,
        /^--instance:1:1: warning: .*\n +1 \| limt: …\n.*\n--instance: 1 instance, 1 warning\n$/,
      );
      const good = await validate(`management_api_url: ${emulator.managementUrl}`, "--connect");
      assert.equal(good.status, 0, good.stdout);
      const bad = await validate("inference_api_url: http://127.0.0.1:1", "--connect");
      assert.equal(bad.status, 1);
      assert.match(bad.stdout, /instance: inference http:\/\/127\.0\.0\.1:1: it is not well: No connection/);
    });

    it("prints labels and annotations that run as the configuration that they were made from", async () => {
      for (const words of [["docker"], ["kubernetes"], ["kubernetes", "--on", "endpoints"]]) {
        const { status, stdout } = await cli("config", ...words, file);
        assert.equal(status, 0);
        assert.match(stdout, /http:\/\/%%host%%:\d+/);
        await writeFile(join(directory, "carried.yaml"), stdout);
        assert.match((await cli("config", "validate", "carried.yaml")).stdout, /carried\.yaml: 3 instances, fine/);
        const run = await cli("--instance", "carried.yaml", "--host", "127.0.0.1", "--format", "ndjson");
        assert.deepEqual(run.stdout.trim().split("\n").map((line) => JSON.parse(line).url), [
          emulator.metricsUrl,
          emulator.inferenceUrl,
          emulator.managementUrl,
        ]);
        assert.equal(run.status, 0);
      }
      const refused = await cli("config", "docker", "limt: 3");
      assert.deepEqual([refused.status, refused.stdout], [2, ""]);
    });

    it("discovers a TorchServe, and writes a configuration only when told, and over no file unless told", async () => {
      const ports = [emulator.inferenceUrl, emulator.managementUrl, emulator.metricsUrl].map((url) =>
        new URL(url).port
      );
      const discover = (...args: string[]) => cli("discover", "127.0.0.1", "--ports", ports.join(), ...args);
      const printed = await discover();
      assert.equal(printed.status, 0, printed.stderr);
      const written = await discover("--write", "found.yaml");
      assert.equal(written.status, 0, written.stderr);
      assert.match(written.stdout, /^found\.yaml: written, 3 instances/);
      const text = await readFile(join(directory, "found.yaml"), "utf8");
      assert.deepEqual(text.split("\n").slice(1), printed.stdout.split("\n").slice(1));
      assert.equal((await cli("--instance", "found.yaml", "--quiet")).status, 0);

      const before = await readFile(file, "utf8");
      const refused = await discover("--write");
      assert.equal(refused.status, 2);
      assert.match(refused.stderr, /conf\.yaml exists already[^]*--force/);
      assert.equal(await readFile(file, "utf8"), before);
      assert.equal((await discover("--write", "found.yaml", "--force", "--format", "json")).status, 0);
      const { instances } = JSON.parse(await readFile(join(directory, "found.yaml"), "utf8"));
      assert.deepEqual(instances.map((instance: object) => Object.keys(instance)), [
        ["openmetrics_endpoint"],
        ["inference_api_url"],
        ["management_api_url"],
      ]);
    });

    it("ends with 1 when it discovers nothing, and says what it tried and what to do", async () => {
      const { status, stdout, stderr } = await cli("discover", "127.0.0.1:1");
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /no TorchServe was found on 127\.0\.0\.1\n {2}Port 1: nothing listens there\.\n/);
      assert.match(stderr, /What to do: /);
    });

    it("prints its version and help", async () => {
      assert.match(
        (await cli("version")).stdout,
        /^torchserve-check \d+\.\d+\.\d+ \((commit [\w+]+, )?(Bun|Deno) [\d.]+, \w+ \w+\)\n$/,
      );
      assert.equal(`torchserve-check ${(await cli("--version")).stdout}`, (await cli("version")).stdout);
      assert.equal((await cli("-v")).stdout, (await cli("--version")).stdout);
      assert.match((await cli("licenses")).stdout, /## Bun [^]+JavaScriptCore[^]+## valibot [^]+MIT License/);
      assert.match((await cli("--help")).stdout, /Examples:[^]+Exit status:\n {2}0 /);
      assert.match((await cli("help")).stdout, /--instance/);
      assert.match((await cli("help", "emulate")).stdout, /--models/);
    });

    it("shows three tables with demo", async () => {
      const { status, stdout } = await cli("demo");
      assert.equal(status, 0);
      assert.equal(stdout.match(/ in [\d.]+ ms$/gm)?.length, 3);
    });

    it("says in one line that the emulator's port is taken, and what to do", async () => {
      const { status, stdout, stderr } = await cli("emulate", "--port", new URL(emulator.inferenceUrl).port);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /^torchserve-check: emulate: cannot listen on 127\.0\.0\.1:[^\n]+\nWhat to do: [^\n]+\n$/);
    });

    it("emulates a TorchServe until it is told to end", async () => {
      const running = new PluginProcess(plugin, { args: ["emulate", "--port", "0", "--models", "3"] });
      while (!running.stdout.includes("management_api_url")) await new Promise((resolve) => setTimeout(resolve, 10));
      const { stdout } = await runPlugin(plugin, running.stdout, { args: ["--instance", "-", "--format", "json"] });
      running.signal("SIGTERM");
      assert.equal((await running.ended).status, 0);
      assert.deepEqual(
        stdout.trim().split("\n").map((line) => v.parse(messageSchemas.report, JSON.parse(line)).status),
        ["ok", "ok", "ok"],
      );
    });
  });
}
