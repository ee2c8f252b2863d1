import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { awsHeaders } from "../../plugin/http/auth/aws.ts";
import { awsCredentials } from "../../plugin/http/auth/aws_credentials.ts";
import { HttpError } from "../../plugin/http/mod.ts";

describe("awsHeaders", () => {
  const scope = { host: "example.amazonaws.com", region: "us-east-1", service: "service" };
  const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const now = new Date("2015-08-30T12:36:00Z");
  const signature = (url: string, method = "GET") => {
    const message = { method, url: new URL(url) };
    return /Signature=(.*)/.exec(awsHeaders(message, scope, keys, now).Authorization ?? "")?.[1];
  };

  it("gives the signatures of AWS's own test suite", () => {
    const origin = "https://example.amazonaws.com";
    // get-vanilla
    assert.equal(signature(`${origin}/`), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    // get-vanilla-query-order-key-case
    assert.equal(
      signature(`${origin}/?Param2=value2&Param1=value1`),
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    );
    // post-vanilla
    assert.equal(
      signature(`${origin}/`, "POST"),
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    );
  });

  it("signs and sends the token of a session", () => {
    const message = { method: "GET", url: new URL("https://example.amazonaws.com/") };
    const headers = awsHeaders(message, scope, { ...keys, sessionToken: "T" }, now);
    assert.equal(headers["X-Amz-Security-Token"], "T");
    assert.match(headers.Authorization ?? "", /SignedHeaders=host;x-amz-date;x-amz-security-token/);
    assert.equal(headers["X-Amz-Date"], "20150830T123600Z");
  });
});

describe("awsCredentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "http-aws-"));
  const file = join(folder, "credentials");
  writeFileSync(
    file,
    "# comment\n[default]\naws_access_key_id = A\naws_secret_access_key = B=C\n\n[two]\n" +
      "aws_access_key_id=D\naws_secret_access_key=E\naws_session_token=F\n",
  );
  after(() => rmSync(folder, { recursive: true }));

  it("prefers the environment, then the profile of the file", async () => {
    const env = { AWS_SHARED_CREDENTIALS_FILE: file };
    assert.deepEqual(
      await awsCredentials({ ...env, AWS_ACCESS_KEY_ID: "X", AWS_SECRET_ACCESS_KEY: "Y" }, { deadlineMs: Infinity }),
      {
        accessKeyId: "X",
        secretAccessKey: "Y",
      },
    );
    assert.deepEqual(await awsCredentials(env, { deadlineMs: Infinity }), { accessKeyId: "A", secretAccessKey: "B=C" });
    assert.deepEqual(await awsCredentials({ ...env, AWS_PROFILE: "two" }, { deadlineMs: Infinity }), {
      accessKeyId: "D",
      secretAccessKey: "E",
      sessionToken: "F",
    });
  });

  it("says where it looked when there are none", async () => {
    await assert.rejects(
      awsCredentials({ AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: "three" }, { deadlineMs: Infinity }),
      (error) => {
        assert.ok(error instanceof HttpError);
        assert.deepEqual([error.code, error.message.includes(file)], ["config", true]);
        return true;
      },
    );
  });
});
