import { it } from "node:test";
import type { Host } from "../../faults/host.ts";
import { AWS, DCOS, NTLM, OAUTH } from "./gates.ts";
import { allFail, allWell, type World } from "./world.ts";

/** The environment that a plugin under test signs for AWS with. */
export const AWS_ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: AWS.id,
  AWS_SECRET_ACCESS_KEY: AWS.secret,
  AWS_SESSION_TOKEN: AWS.token,
};

/** Authentications that no packaged server speaks without an account or a domain, against other implementations. */
export function gateSuite(world: () => World, host: () => Host): void {
  const base = (gate: "ntlm" | "aws" | "token") => `http://127.0.0.1:${world().gates.ports[gate]}`;

  it("auth_type ntlm: pyspnego", async () => {
    const ntlm = { auth_type: "ntlm", ...NTLM };
    await allWell(host(), base("ntlm"), ntlm);
    await allFail(host(), "auth", base("ntlm"), { ...ntlm, password: "wrong" });
    await allFail(host(), "auth", base("ntlm"));
  });

  it("auth_type aws: botocore", async () => {
    const aws = { auth_type: "aws", aws_host: AWS.host, aws_region: AWS.region, aws_service: AWS.service };
    await allWell(host(), base("aws"), aws);
    await allFail(host(), "auth", base("aws"), { ...aws, aws_region: "us-east-1" });
    await allFail(host(), "auth", base("aws"));
  });

  it("auth_token, reader oauth: Authlib", async () => {
    const writer = { type: "header", name: "Authorization", value: "Bearer <TOKEN>" };
    const reader = { type: "oauth", url: `${base("token")}/oauth`, client_id: OAUTH.id, client_secret: OAUTH.secret };
    await allWell(host(), base("token"), { auth_token: { reader, writer } });
    await allWell(host(), base("token"), { auth_token: { reader: { ...reader, basic_auth: true }, writer } });
    await allFail(host(), "auth", base("token"), {
      auth_token: { reader: { ...reader, client_secret: "wrong" }, writer },
    });
    await allFail(host(), "auth", base("token"));
  });

  it("auth_token, reader dcos_auth: PyJWT", async () => {
    const writer = { type: "header", name: "Authorization", value: "token=<TOKEN>" };
    const reader = {
      type: "dcos_auth",
      login_url: `${base("token")}/dcos`,
      service_account: DCOS.uid,
      private_key_path: DCOS.key,
    };
    await allWell(host(), base("token"), { auth_token: { reader, writer } });
    await allFail(host(), "auth", base("token"), {
      auth_token: { reader: { ...reader, service_account: "other" }, writer },
    });
  });
}
