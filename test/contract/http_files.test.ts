import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { HttpError } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { httpServer, type TestServer, tlsPath } from "./http_servers.ts";

const folder = mkdtempSync(join(tmpdir(), "http-files-"));
const pipe = join(folder, "pipe");
const writer = { type: "header", name: "Authorization", value: "<TOKEN>" };

/** Options that name a file, by the name that an error gives it. */
function optionsWith(path: string, url: string): Readonly<Record<string, WrittenOptions>> {
  return {
    "auth_token.reader.path": { auth_token: { reader: { type: "file", path }, writer } },
    "auth_token.reader.private_key_path": {
      auth_token: {
        reader: { type: "dcos_auth", login_url: url, service_account: "a", private_key_path: path },
        writer,
      },
    },
    tls_ca_cert: { tls_ca_cert: path },
    tls_cert: { tls_cert: path },
    tls_private_key: { tls_cert: tlsPath("client.crt"), tls_private_key: path },
    "the AWS credentials file": { auth_type: "aws", aws_host: "h", aws_region: "r", aws_service: "s" },
  };
}

describe("files that options name", () => {
  let server: TestServer;
  const env = { ...process.env };
  before(async () => {
    execFileSync("mkfifo", [pipe]);
    server = await httpServer((_, response) => response.end("hi"));
    delete process.env.AWS_ACCESS_KEY_ID;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
    if (env.AWS_ACCESS_KEY_ID !== undefined) process.env.AWS_ACCESS_KEY_ID = env.AWS_ACCESS_KEY_ID;
    if (env.AWS_SHARED_CREDENTIALS_FILE === undefined) delete process.env.AWS_SHARED_CREDENTIALS_FILE;
    else process.env.AWS_SHARED_CREDENTIALS_FILE = env.AWS_SHARED_CREDENTIALS_FILE;
  });

  async function failure(option: string, path: string, ms: number, signal?: AbortSignal): Promise<HttpError> {
    process.env.AWS_SHARED_CREDENTIALS_FILE = path;
    const options = optionsWith(path, server.origin)[option] ?? {};
    try {
      const client = await httpClient(options, {
        deadlineMs: performance.now() + ms,
        ...(signal === undefined ? {} : { signal }),
      });
      await client.request({ url: server.origin }).finally(() => client.close());
    } catch (error) {
      assert.ok(error instanceof HttpError, String(error));
      return error;
    }
    assert.fail(`${option}: there was a response`);
  }

  for (const option of Object.keys(optionsWith("", ""))) {
    it(`${option}: a pipe that nobody writes to ends at the deadline, by name`, async () => {
      const error = await failure(option, pipe, 150);
      assert.equal(error.code, "timeout");
      assert.ok(error.message.includes(option) && error.message.includes(pipe), error.message);
      assert.match(error.hint ?? "", /named pipe/);
    });

    it(`${option}: a pipe that nobody writes to ends with a cancel`, async () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      assert.match((await failure(option, pipe, 60_000, controller.signal)).message, /ended before/);
    });

    it(`${option}: a device without end, and what is not there, are errors with a hint`, async () => {
      for (const [path, message] of [["/dev/zero", /has more than \d+ bytes/], [join(folder, "none"), /not exist/]]) {
        const error = await failure(option, String(path), 60_000);
        assert.match(error.code, /^(config|auth)$/);
        assert.match(error.message, message as RegExp);
        assert.ok((error.hint ?? "").length > 5);
      }
    });
  }

  it("a pipe that is written to is a file like others", async () => {
    const options = optionsWith(pipe, server.origin)["auth_token.reader.path"] ?? {};
    const client = await httpClient(options, { deadlineMs: performance.now() + 60_000 });
    const request = client.request({ url: server.origin });
    execFileSync("sh", ["-c", `echo token > "${pipe}" &`], { stdio: "ignore" });
    assert.equal((await request).text(), "hi");
    await client.close();
  });

  it("boundaries of PEM blocks without end take linear time", async () => {
    const path = join(folder, "many.pem");
    writeFileSync(path, "-----BEGIN CERTIFICATE-----\n".repeat(140_000));
    assert.match((await failure("tls_ca_cert", path, 60_000)).message, /there is no certificate/);
    assert.match((await failure("tls_cert", path, 60_000)).message, /there is no certificate/);
  });
});
