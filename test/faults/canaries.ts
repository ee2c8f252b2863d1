import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import type { Kind } from "./kinds.ts";

/** Marks every secret: none of these may ever be seen in any output. */
const MARK = "cAnArY";
const secret = (name: string) => `${MARK}-${name}-s3cr3t`;

/** Credentials of every kind, for instances, and what they look like on the wire. */
export interface Canaries {
  /** The options that carry secrets, several ways in turn, with the user info of the address. */
  options(kind: Kind, turn: number): { readonly userInfo: string; readonly options: Record<string, unknown> };
  /** The first secret that stands in a text, in clear, in Base64 or encoded for a URL. */
  findIn(text: string): string | undefined;
  close(): Promise<void>;
}

/** What stands in the middle of Base64 looks in three ways, by where it starts: what of it is always the same. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.from(" ".repeat(before) + text).toString("base64");
    return whole.slice(Math.ceil(before * 4 / 3), Math.floor((before + text.length) * 4 / 3));
  });
}

/** Plants the secrets: those of files in a directory of their own. */
export async function plantCanaries(): Promise<Canaries> {
  const directory = await mkdtemp(join(tmpdir(), "torchserve-check-canaries-"));
  const tokenFile = join(directory, "token");
  await writeFile(tokenFile, `${secret("file-token")}\n`);
  const keyFile = join(directory, "key_file.json");
  const key = (name: string) => ({ key: secret(name), "expiration time": "2999-01-01T00:00:00.000000Z" });
  const keys = { management: key("management"), inference: key("inference"), API: { key: secret("api") } };
  await writeFile(keyFile, JSON.stringify(keys), { mode: 0o600 });

  const basic = { username: secret("user"), password: secret("password") };
  const ways: ((kind: Kind) => { userInfo: string; options: Record<string, unknown> })[] = [
    () => ({
      userInfo: `${secret("info-user")}:${secret("info-password")}@`,
      options: { extra_headers: { "X-Api-Key": secret("extra-header"), Cookie: `session=${secret("cookie")}` } },
    }),
    () => ({
      userInfo: "",
      options: {
        ...basic,
        headers: { "X-Token": secret("header") },
        proxy: {
          http: `http://${secret("proxy-user")}:${secret("proxy-password")}@127.0.0.1:9`,
          no_proxy: ["127.0.0.1"],
        },
      },
    }),
    () => ({
      userInfo: "",
      options: {
        auth_token: { reader: { type: "file", path: tokenFile }, writer: { type: "header", name: "Authorization" } },
      },
    }),
    (kind) => ({
      userInfo: "",
      options: kind === "openmetrics" ? { ...basic, auth_type: "digest" } : { token_key_file: keyFile },
    }),
  ];
  return {
    options: (kind, turn) => ways[turn % ways.length]?.(kind) ?? { userInfo: "", options: {} },
    findIn: (text) => {
      const at = [MARK, ...inBase64(MARK)].map((mark) => text.indexOf(mark)).find((found) => found >= 0);
      return at === undefined ? undefined : text.slice(Math.max(0, at - 300), at + 100);
    },
    close: () => rm(directory, { recursive: true }),
  };
}
