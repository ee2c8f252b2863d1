import { createHash, createHmac } from "node:crypto";
import type { Authentication as AuthenticationSettings } from "../../config/mod.ts";
import type { Bounds } from "../../runtime/bounds.ts";
import type { Environment } from "../environment.ts";
import { type AwsCredentials, awsCredentials } from "./aws_credentials.ts";
import type { Authentication, Authorizable } from "./authentication.ts";

/** Where a signature is valid. */
export type AwsScope = Omit<Extract<AuthenticationSettings, { readonly kind: "aws" }>, "kind">;

/**
 * Signs requests with AWS Signature Version 4.
 *
 * @throws {HttpError} `config`, when the credentials are missing.
 */
export async function awsAuthentication(
  scope: AwsScope,
  env: Environment,
  bounds: Bounds,
): Promise<Authentication> {
  const credentials = await awsCredentials(env, bounds);
  return {
    authorize(message) {
      for (const [name, value] of Object.entries(awsHeaders(message, scope, credentials, new Date()))) {
        message.headers.set(name, value);
      }
    },
  };
}

/** The fields that sign a request at a time ("Create a signed AWS API request", Signature Version 4). */
export function awsHeaders(
  { method, url, body }: Pick<Authorizable, "method" | "url" | "body">,
  { host, region, service }: AwsScope,
  credentials: AwsCredentials,
  now: Date,
): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = time.slice(0, 8);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signed: [string, string][] = [["host", host], ["x-amz-date", time]];
  if (sessionToken !== undefined) signed.push(["x-amz-security-token", sessionToken]);
  const names = signed.map(([name]) => name).join(";");
  const payload = sha256(body ?? "");
  const request = [
    method,
    canonicalPath(url, service),
    canonicalQuery(url),
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    payload,
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Uint8Array>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  return {
    "X-Amz-Date": time,
    "X-Amz-Content-Sha256": payload,
    ...(sessionToken === undefined ? {} : { "X-Amz-Security-Token": sessionToken }),
    Authorization:
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** The path, encoded once more than it is sent, but for S3. */
function canonicalPath({ pathname }: URL, service: string): string {
  return service === "s3" ? pathname : pathname.split("/").map(encode).join("/");
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams].map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0)
    .map(([name, value]) => `${name}=${value}`).join("&");
}

/** Everything but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
