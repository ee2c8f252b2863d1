import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { httpServer, type TestServer, tlsPath, tlsText, until } from "../contract/http_servers.ts";
import { BINARY, type Plugin, PluginProcess, runPlugin } from "../support/plugin_process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ca = tlsText("ca.crt");
const client = { cert: tlsText("client.crt"), key: tlsText("client.key") };
/** Of the password "secret". */
const HASH = "$2y$04$Oyu4JyGwJ7nex9Udd134dO.DF9C/BSTMCJXF8Fm56QTX7TjZCsz9.";

/** A GET, or a POST; the status and the text. */
function ask(url: string, { method = "GET", ...options }: https.RequestOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith("https") ? https : http).request(
      url,
      { agent: false, method, ...options },
      (response) => {
        let text = `${response.statusCode} `;
        response.on("data", (piece: Uint8Array) => text += new TextDecoder().decode(piece));
        response.on("end", () => resolve(text));
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end();
  });
}

/** A running exporter on a free port. */
async function start(
  plugin: Plugin,
  ...args: string[]
): Promise<{ readonly running: PluginProcess; readonly url: string }> {
  const running = new PluginProcess(plugin, { args: ["exporter", ...args, "--web.listen-address", "127.0.0.1:0"] });
  const line = /listening on (\S+)/;
  for (let i = 0; i < 100 && !line.test(running.stderr); i++) await until(() => line.test(running.stderr));
  return { running, url: line.exec(running.stderr)?.[1] ?? assert.fail(running.stderr) };
}

/** The sources on Deno, with no more than it needs. */
const least = (folder: string): Plugin => ({
  name: "Deno with the least permissions",
  command: [
    Deno.execPath(),
    "run",
    ...["--quiet", "--no-check", "--no-prompt", "--allow-net", "--allow-env", `--allow-read=${root},${folder}`],
    `${root}plugin/main.ts`,
  ],
});

describe("torchserve-check exporter", () => {
  let folder: string;
  let server: TestServer;
  let target: string;
  const config = () => join(folder, "exporter.yaml");
  const web = () => join(folder, "web.yaml");
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporter-"));
    server = await httpServer((_, response) => response.end("# TYPE ts_inference_requests_total counter\n"));
    target = encodeURIComponent(`127.0.0.1:${server.port}/metrics`);
    await writeFile(config(), "targets: {allow: [127.0.0.1]}");
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const plugins = [() => BINARY, () => least(folder)];
  for (const plugin of plugins) {
    it(`serves, reads its file again on SIGHUP, and ends with SIGTERM: ${plugin().name}`, async () => {
      const { running, url } = await start(plugin(), "--config", config());
      assert.match(await ask(`${url}/probe?target=${target}`), /^200 [^]*\nprobe_success 1\n/);
      await writeFile(config(), "targets: {allow: [http://wrong]}");
      process.kill(running.child.pid ?? 0, "SIGHUP");
      assert.ok(await told(running, /error: the configuration stays as it was: .*targets\.allow\[0\]/));
      assert.match(await ask(`${url}/probe?target=${target}`), /^200 /);
      await writeFile(config(), "targets: {allow: [10.0.0.1]}");
      process.kill(running.child.pid ?? 0, "SIGHUP");
      assert.ok(await told(running, /info: .* was read again/));
      assert.match(await ask(`${url}/probe?target=${target}`), /^403 /);
      running.signal("SIGTERM");
      assert.equal((await running.ended).status, 0);
      await writeFile(config(), "targets: {allow: [127.0.0.1]}");
    });

    it(`asks for client certificates and passwords, and uses changed files: ${plugin().name}`, async () => {
      const settings = (users: string) =>
        "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n" +
        `  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ${
          tlsPath("ca.crt")
        }\nbasic_auth_users:\n${users}`;
      for (const part of ["crt", "key"]) await copyFile(tlsPath(`server.${part}`), join(folder, `server.${part}`));
      await copyFile(tlsPath("ca.crt"), join(folder, "ca.crt"));
      await writeFile(web(), settings(`  prometheus: ${HASH}\n`).replace(tlsPath("ca.crt"), "ca.crt"));
      const { running, url } = await start(plugin(), "--config", config(), "--web.config.file", web());
      assert.match(url, /^https:/);
      const path = `${url}/metrics`;
      const signedIn = { ...client, ca, auth: "prometheus:secret", servername: "localhost" };
      assert.match(await ask(path, signedIn), /^200 /);
      assert.match(await ask(path, { ...signedIn, auth: "prometheus:wrong" }), /^401 /);
      assert.match(await ask(path, { ...client, ca, servername: "localhost" }), /^401 /);
      assert.match(await ask(`${url}/-/reload`, { ...signedIn, method: "POST" }), /^200 /);
      await assert.rejects(ask(path, { ca, auth: "prometheus:secret", servername: "localhost" }), "no certificate");
      await assert.rejects(ask(path.replace("https", "http")));

      await writeFile(web(), "tls_server_config: {cert_fil: x}");
      assert.ok(await told(running, /error: the web configuration stays as it was: .*cert_fil/));
      assert.match(await ask(path, signedIn), /^200 [^]*\ntorchserve_exporter_web_config_last_reload_successful 0\n/);

      await writeFile(web(), settings(`  other: ${HASH}\n`).replace(tlsPath("ca.crt"), "ca.crt"));
      for (const part of ["crt", "key"]) await copyFile(tlsPath(`other.${part}`), join(folder, `server.${part}`));
      assert.ok(await told(running, /info: the web configuration .* was read again/));
      const changed = { ...client, rejectUnauthorized: false };
      assert.match(await ask(path, { ...changed, auth: "other:secret" }), /^200 /);
      assert.match(await ask(path, { ...changed, auth: "prometheus:secret" }), /^401 /);
      await assert.rejects(ask(path, { ...signedIn, auth: "other:secret" }), "the certificate is another one");
      running.signal("SIGTERM");
      const { status, stdout, stderr } = await running.ended;
      assert.deepEqual([status, stdout], [0, ""]);
      assert.doesNotMatch(stderr, /secret|\$2y\$/);
    });
  }

  it("says what is wrong with its files and its arguments, and ends with 2", async () => {
    await writeFile(join(folder, "wrong.yaml"), "targets: {allow: [http://ts]}\nmodules: {a: {password: canary}}");
    await writeFile(join(folder, "wrong-web.yaml"), "basic_auth_users: {u: canary}");
    const cases = [
      [["--config", join(folder, "none.yaml")], /none\.yaml does not exist/],
      [["--config", join(folder, "wrong.yaml")], /targets\.allow\[0\]: Found no target.*modules\.a\.targets: /s],
      [["--config", config(), "--web.config.file", join(folder, "wrong-web.yaml")], /basic_auth_users\.u: .*bcrypt/],
      [["--config", config(), "--web.listen-address", "nowhere"], /nowhere: no address.*:PORT/s],
      [
        ["--config", config(), "--web.listen-address", `127.0.0.1:${server.port}`],
        /exporter: cannot listen on .*EADDRINUSE\)\nWhat to do: /,
      ],
      [[], /--config/],
    ] as const;
    for (const [args, expected] of cases) {
      const { status, stderr } = await runPlugin(BINARY, "", { args: ["exporter", ...args] });
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /canary/);
    }
  });
});

/** Waits for a line on stderr. */
async function told(running: PluginProcess, line: RegExp): Promise<boolean> {
  for (let i = 0; i < 20; i++) if (await until(() => line.test(running.stderr))) return true;
  return false;
}
