import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { type HttpClient, HttpError, type HttpRun, HttpShared } from "../../plugin/http/mod.ts";
import { httpClient, type WrittenOptions } from "../support/http_client.ts";
import { ntlmv2Responses } from "../../plugin/http/auth/ntlm.ts";
import { httpServer, type TestServer, tlsPath, tlsText, until } from "./http_servers.ts";

const folder = mkdtempSync(join(tmpdir(), "http-auth-"));
const servers: TestServer[] = [];
after(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function started(server: Promise<TestServer>): Promise<TestServer> {
  servers.push(await server);
  return await server;
}

const shared = new HttpShared();

async function withClient<T>(
  options: WrittenOptions,
  use: (client: HttpClient) => Promise<T>,
  run: HttpRun = { deadlineMs: performance.now() + 5000 },
): Promise<T> {
  const client = await httpClient({ timeout: 3, ...options }, run, shared);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

async function failure(options: WrittenOptions, url = "http://127.0.0.1:1/"): Promise<HttpError> {
  try {
    await withClient(options, (client) => client.request({ url }));
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    return error;
  }
  assert.fail("there was an answer");
}

describe("auth_type digest", () => {
  function digestServer(algorithm: string, nonceUses = Infinity) {
    let nonce = 0;
    let uses = 0;
    const seen: string[] = [];
    return {
      seen,
      server: started(httpServer((request, response) => {
        const field = (name: string) =>
          new RegExp(`${name}="?([^",]*)`).exec(request.headers.authorization ?? "")?.[1] ?? "";
        const hash = (text: string) =>
          createHash(algorithm.startsWith("MD5") ? "md5" : "sha256").update(text).digest("hex");
        let first = hash("user:realm:päss");
        if (algorithm.endsWith("-sess")) first = hash(`${first}:${field("nonce")}:${field("cnonce")}`);
        const second = hash(`${request.method}:${request.url}`);
        const nc = field("nc");
        const expected = hash(`${first}:${field("nonce")}:${nc}:${field("cnonce")}:auth:${second}`);
        seen.push(nc);
        const isCurrent = field("nonce") === `n${nonce}` && uses++ < nonceUses;
        if (field("response") === expected && isCurrent) {
          response.end("in");
          return;
        }
        const stale = field("response") === expected ? ", stale=true" : "";
        uses = 0;
        response.writeHead(401, {
          "WWW-Authenticate": `Digest realm="realm", qop="auth", algorithm=${algorithm}, nonce="n${++nonce}"${stale}`,
        }).end();
      })),
    };
  }

  for (const algorithm of ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"]) {
    it(`signs in with ${algorithm} and reuses the nonce`, async () => {
      const { server, seen } = digestServer(algorithm);
      const { origin } = await server;
      await withClient({ auth_type: "digest", username: "user", password: "päss" }, async (client) => {
        for (let i = 0; i < 3; i++) assert.equal((await client.request({ url: `${origin}/a?b` })).text(), "in");
        assert.equal(client.stats.requests, 4);
      });
      assert.deepEqual(seen, ["", "00000001", "00000002", "00000003"]);
    });
  }

  it("takes a new nonce for a stale one", async () => {
    const { server } = digestServer("MD5", 1);
    const { origin } = await server;
    await withClient({ auth_type: "digest", username: "user", password: "päss" }, async (client) => {
      for (let i = 0; i < 3; i++) assert.equal((await client.request({ url: origin })).text(), "in");
    });
  });

  it("gives up on wrong credentials after one try", async () => {
    const { server, seen } = digestServer("MD5");
    const { origin } = await server;
    await withClient({ auth_type: "digest", username: "user", password: "wrong" }, async (client) => {
      assert.equal((await client.request({ url: origin })).status, 401);
    });
    assert.equal(seen.length, 2);
  });

  it("needs user name and password", async () => {
    assert.equal((await failure({ auth_type: "digest", username: "u" })).code, "config");
  });
});

describe("auth_type ntlm", () => {
  it("signs connections in and uses them again", async () => {
    const challenge = Buffer.from("0123456789abcdef", "hex");
    const targetInfo = Buffer.from("02000c0044006f006d00610069006e0000000000", "hex");
    const state = new Map<net.Socket, "challenged" | "in">();
    let logins = 0;
    const { origin } = await started(httpServer((request, response) => {
      if (state.get(request.socket) === "in") {
        response.end(`in ${request.method}`);
        return;
      }
      const message = Buffer.from(/^NTLM (.*)/.exec(request.headers.authorization ?? "")?.[1] ?? "", "base64");
      const type = message.length > 12 ? message.readUInt32LE(8) : 0;
      if (type === 1) {
        state.set(request.socket, "challenged");
        const answer = Buffer.alloc(48);
        answer.write("NTLMSSP\0", "latin1");
        answer.writeUInt32LE(2, 8);
        challenge.copy(answer, 24);
        answer.writeUInt16LE(targetInfo.length, 40);
        answer.writeUInt32LE(48, 44);
        const text = Buffer.concat([answer, targetInfo]).toString("base64");
        response.writeHead(401, { "WWW-Authenticate": `NTLM ${text}` }).end();
        return;
      }
      if (type === 3 && state.get(request.socket) === "challenged") {
        const nt = message.subarray(message.readUInt32LE(24), message.readUInt32LE(24) + message.readUInt16LE(20));
        const identity = { domain: "DOM", user: "me", password: "pw" };
        // temp (3.3.2): the client's challenge stands at 16, its time at 8.
        const ms = Number(nt.readBigUInt64LE(16 + 8) / 10_000n - 11_644_473_600_000n);
        const expected = ntlmv2Responses({ challenge, targetInfo }, identity, nt.subarray(16 + 16, 16 + 24), ms).nt;
        if (Buffer.from(expected).equals(nt)) {
          logins++;
          state.set(request.socket, "in");
          response.end(`in ${request.method}`);
          return;
        }
      }
      response.writeHead(401, { "WWW-Authenticate": "Negotiate, NTLM" }).end("who?");
    }));
    const options = { auth_type: "ntlm", ntlm_domain: "DOM\\me", password: "pw" };
    await withClient(options, async (client) => {
      for (let i = 0; i < 5; i++) assert.equal((await client.request({ url: origin })).text(), "in GET");
      assert.equal(logins, 1);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => client.request({ url: origin, method: "POST", body: "x" })),
      );
      assert.ok(answers.every((answer) => answer.text() === "in POST"));
      assert.ok(logins <= 8, `${logins} logins`);
    });
    await withClient({ ...options, password: "no" }, async (client) => {
      assert.equal((await client.request({ url: origin })).status, 401);
    });
    assert.ok(await until(() => servers.every((server) => server.open() === 0)));
  });

  it("needs ntlm_domain and password", async () => {
    assert.equal((await failure({ auth_type: "ntlm", password: "p" })).code, "config");
  });
});

describe("auth_type aws and kerberos", () => {
  it("aws signs with the credentials of the environment", async () => {
    const { origin } = await started(httpServer((request, response) => response.end(JSON.stringify(request.headers))));
    process.env.AWS_ACCESS_KEY_ID = "ID";
    process.env.AWS_SECRET_ACCESS_KEY = "SECRET";
    try {
      const options = { auth_type: "aws", aws_host: "h.test", aws_region: "eu-west-1", aws_service: "es" };
      const response = await withClient(options, (client) => client.request({ url: `${origin}/x?y=z` }));
      const headers = JSON.parse(response.text());
      assert.match(
        headers.authorization,
        /^AWS4-HMAC-SHA256 Credential=ID\/\d{8}\/eu-west-1\/es\/aws4_request, SignedHeaders=host;x-amz-date, Signature=[0-9a-f]{64}$/,
      );
      assert.match(headers["x-amz-date"], /^\d{8}T\d{6}Z$/);
      assert.equal((await failure({ ...options, aws_region: undefined })).code, "config");
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
  });

  it("kerberos is refused with a reason", async () => {
    for (const options of [{ auth_type: "kerberos" }, { kerberos_auth: "required" }]) {
      const error = await failure(options);
      assert.equal(error.code, "config");
      assert.match(error.message, /Kerberos library/);
    }
  });
});

describe("auth_token", () => {
  const writer = { type: "header", name: "X-Auth", value: "Bearer <TOKEN>" };
  let accepted = "";
  let asked = 0;
  const guarded = started(httpServer((request, response) => {
    asked++;
    response.statusCode = request.headers["x-auth"] === `Bearer ${accepted}` ? 200 : 401;
    response.end(String(request.headers["x-auth"]));
  }));

  it("of a file: the whole of it, or the group of a pattern", async () => {
    const { origin } = await guarded;
    const path = join(folder, "token");
    writeFileSync(path, "Your secret is s$&t \n");
    accepted = "s$&t";
    const reader = { type: "file", path, pattern: "Your secret is (\\S+)" };
    const first = await withClient({ auth_token: { reader, writer } }, (client) => client.request({ url: origin }));
    assert.equal(first.text(), "Bearer s$&t");
    writeFileSync(path, "  plain\n");
    accepted = "plain";
    const whole = { auth_token: { reader: { type: "file", path }, writer } };
    assert.equal((await withClient(whole, (client) => client.request({ url: origin }))).status, 200);
  });

  it("of a file is read again, once, when it is refused", async () => {
    const { origin } = await guarded;
    const path = join(folder, "rotated");
    writeFileSync(path, "old");
    accepted = "old";
    await withClient({ auth_token: { reader: { type: "file", path }, writer } }, async (client) => {
      assert.equal((await client.request({ url: origin })).status, 200);
      writeFileSync(path, "new");
      accepted = "new";
      asked = 0;
      const answers = await Promise.all(Array.from({ length: 4 }, () => client.request({ url: origin })));
      assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
      assert.ok(asked <= 8);
      accepted = "another";
      asked = 0;
      assert.equal((await client.request({ url: origin })).status, 401);
      assert.equal(asked, 2);
    });
  });

  it("of a file that is missing, empty or does not match: auth", async () => {
    const path = join(folder, "empty");
    writeFileSync(path, " \n");
    for (const reader of [{ path: join(folder, "absent") }, { path }, { path, pattern: "x(.)" }]) {
      const error = await failure({ auth_token: { reader: { type: "file", ...reader }, writer } });
      assert.equal(error.code, "auth");
      assert.ok(error.message.includes(reader.path));
    }
  });

  it("with settings that cannot work: config", async () => {
    const file = { type: "file", path: join(folder, "token") };
    const broken = [
      { reader: { type: "magic" }, writer },
      { reader: { type: "file" }, writer },
      { reader: { ...file, pattern: "(" }, writer },
      { reader: { type: "oauth", url: "http://x" }, writer },
      { reader: { type: "dcos_auth", login_url: "http://x" }, writer },
      { reader: file, writer: { type: "body", name: "x" } },
      { reader: file, writer: { type: "header" } },
      { reader: file, writer: { ...writer, value: "no placeholder" } },
    ];
    for (const auth_token of broken) assert.equal((await failure({ auth_token })).code, "config");
  });

  it("of an OAuth server: client credentials in the form or the header, kept until it expires", async () => {
    const { origin } = await guarded;
    const forms: [string | undefined, string][] = [];
    const endpoint = await started(httpServer((request, response, body) => {
      forms.push([request.headers.authorization, body]);
      response.end(JSON.stringify({ access_token: `t${forms.length}`, expires_in: 3600 }));
    }));
    const reader = {
      type: "oauth",
      url: endpoint.origin,
      client_id: "id",
      client_secret: "s&c",
      options: { scope: "a:b" },
    };
    accepted = "t1";
    for (let i = 0; i < 3; i++) {
      const response = await withClient(
        { auth_token: { reader, writer } },
        (client) => client.request({ url: origin }),
      );
      assert.equal(response.status, 200);
    }
    assert.deepEqual(forms, [[
      undefined,
      "grant_type=client_credentials&client_id=id&client_secret=s%26c&scope=a%3Ab",
    ]]);
    accepted = "t2";
    const basic = { auth_token: { reader: { ...reader, basic_auth: true }, writer } };
    assert.equal((await withClient(basic, (client) => client.request({ url: origin }))).status, 200);
    assert.deepEqual(forms[1], [`Basic ${btoa("id:s&c")}`, "grant_type=client_credentials&scope=a%3Ab"]);
    accepted = "t3";
    assert.equal((await withClient(basic, (client) => client.request({ url: origin }))).status, 200);
    assert.equal(forms.length, 3);
  });

  it("of an OAuth server: another run's cancel or deadline ends its reading of the token, not ours", async () => {
    const { origin } = await guarded;
    const waiting: (() => void)[] = [];
    const endpoint = await started(httpServer((_, response) => {
      waiting.push(() => response.end(JSON.stringify({ access_token: "shared" })));
    }));
    accepted = "shared";
    const reader = { type: "oauth", url: endpoint.origin, client_id: "id", client_secret: "secret" };
    const ask = (run: HttpRun) =>
      withClient({ auth_token: { reader, writer } }, (client) => client.request({ url: origin }), run);
    const controller = new AbortController();
    const first = ask({ deadlineMs: performance.now() + 60_000, signal: controller.signal }).catch((error) => error);
    assert.ok(await until(() => waiting.length === 1));
    const short = ask({ deadlineMs: performance.now() + 100 }).catch((error) => error);
    const last = ask({ deadlineMs: performance.now() + 60_000 });
    assert.equal((await short).code, "timeout");
    assert.match((await short).message, /another run/);
    controller.abort();
    assert.ok(await first instanceof HttpError);
    assert.ok(await until(() => waiting.length === 2));
    waiting[1]?.();
    assert.equal((await last).status, 200);
  });

  it("of an OAuth server that refuses: auth, with its reason and without the secret", async () => {
    const endpoint = await started(httpServer((_, response) => {
      response.writeHead(400).end(JSON.stringify({ error: "invalid_client" }));
    }));
    const reader = { type: "oauth", url: endpoint.origin, client_id: "id", client_secret: "sesame" };
    const error = await failure({ auth_token: { reader, writer } });
    assert.equal(error.code, "auth");
    assert.match(error.message, /invalid_client/);
    assert.doesNotMatch(error.message + error.hint, /sesame/);
  });

  it("of DC/OS: signs in with a token of the service account", async () => {
    const { origin } = await guarded;
    const endpoint = await started(httpServer((_, response, body) => {
      const { uid, token, exp } = JSON.parse(body);
      const [head = "", claims = "", signature = ""] = token.split(".");
      const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
      const key = createPublicKey(tlsText("service-account.key"));
      assert.ok(verify("RSA-SHA256", Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, "base64url")));
      assert.deepEqual(decode(head), { typ: "JWT", alg: "RS256" });
      assert.deepEqual(decode(claims), { uid, exp });
      response.end(JSON.stringify({ token: `for ${uid}` }));
    }));
    accepted = "for me";
    const reader = {
      type: "dcos_auth",
      login_url: endpoint.origin,
      service_account: "me",
      private_key_path: tlsPath("service-account.key"),
    };
    const response = await withClient({ auth_token: { reader, writer } }, (client) => client.request({ url: origin }));
    assert.equal(response.status, 200);
  });

  it("does not follow to another origin", async () => {
    const away = await started(httpServer(async (_, response) => {
      response.writeHead(302, { Location: (await guarded).origin }).end();
    }));
    const path = join(folder, "stay");
    writeFileSync(path, "stay");
    const response = await withClient(
      { auth_token: { reader: { type: "file", path }, writer } },
      (client) => client.request({ url: away.origin }),
    );
    assert.equal(response.text(), "undefined");
  });
});
