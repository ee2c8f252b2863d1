import { homedir } from "node:os";
import { join } from "node:path";
import type { Bounds } from "../../runtime/bounds.ts";
import type { Environment } from "../environment.ts";
import { HttpError } from "../errors.ts";
import { readOptionFile } from "../option_file.ts";

/** A larger file holds no credentials, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** A key pair, for a session with its token. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The credentials of the environment, else of the shared credentials file (`AWS_SHARED_CREDENTIALS_FILE`, the profile
 * `AWS_PROFILE`).
 *
 * @throws {HttpError} `config`, when neither has any; `timeout`, when the run ends before the file is read.
 */
export async function awsCredentials(env: Environment, bounds: Bounds): Promise<AwsCredentials> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  if (id && secret) return pair(id, secret, token);
  const path = env.AWS_SHARED_CREDENTIALS_FILE || join(env.HOME || homedir(), ".aws", "credentials");
  const profile = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || "default";
  let text = "";
  let why = "";
  try {
    text = await readOptionFile("the AWS credentials file", path, {
      ...bounds,
      maxBytes: MAX_BYTES,
      failure: "config",
    });
  } catch (thrown) {
    if (!(thrown instanceof HttpError) || thrown.code === "timeout") throw thrown;
    why = ` (${thrown.message})`;
  }
  const fields = profileFields(text, profile);
  const fileId = fields.get("aws_access_key_id");
  const fileSecret = fields.get("aws_secret_access_key");
  if (!fileId || !fileSecret) {
    throw new HttpError(
      "config",
      `auth_type aws: there are no credentials in the environment, nor for the profile ${profile} in ${path}${why}`,
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write the file",
    );
  }
  return pair(fileId, fileSecret, fields.get("aws_session_token"));
}

function pair(accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined): AwsCredentials {
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** The fields of one section of an INI file. */
function profileFields(text: string, profile: string): Map<string, string> {
  const fields = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1] ?? section;
    const [, name, value] = /^\s*([^#;=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === profile && name !== undefined && value !== undefined) fields.set(name.toLowerCase(), value);
  }
  return fields;
}
