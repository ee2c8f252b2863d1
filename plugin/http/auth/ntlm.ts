import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";

/**
 * The messages of NTLM with NTLMv2 responses ([MS-NLMP]), as far as HTTP needs them: no signing, no sealing, no message
 * integrity code, no channel binding.
 */

const SIGNATURE = "NTLMSSP\0";
/** Unicode, request target, NTLM, always sign, extended session security, target info, 128 and 56 bit. */
const FLAGS = 0xa0888205;
const UNICODE_OEM_FLAGS = FLAGS | 0x2;

/** Who signs in. */
export interface NtlmIdentity {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** `DOMAIN\user`; without a domain, the user alone. */
export function splitDomain(text: string): Pick<NtlmIdentity, "domain" | "user"> {
  const slash = text.indexOf("\\");
  return { domain: slash < 0 ? "" : text.slice(0, slash), user: text.slice(slash + 1) };
}

/** The NEGOTIATE_MESSAGE (2.2.1.1), base64. */
export function negotiateMessage(): string {
  const message = Buffer.alloc(32);
  message.write(SIGNATURE, "latin1");
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(UNICODE_OEM_FLAGS >>> 0, 12);
  message.writeUInt32LE(32, 20);
  message.writeUInt32LE(32, 28);
  return message.toString("base64");
}

/** What a CHALLENGE_MESSAGE (2.2.1.2) brings. */
export interface NtlmChallenge {
  readonly challenge: Uint8Array;
  readonly targetInfo: Uint8Array;
}

/** Reads a CHALLENGE_MESSAGE; `undefined` for what is none. */
export function parseChallengeMessage(base64: string): NtlmChallenge | undefined {
  const message = Buffer.from(base64, "base64");
  if (message.length < 48 || message.toString("latin1", 0, 8) !== SIGNATURE || message.readUInt32LE(8) !== 2) {
    return undefined;
  }
  const length = message.readUInt16LE(40);
  const offset = message.readUInt32LE(44);
  if (offset + length > message.length) return undefined;
  return { challenge: message.subarray(24, 32), targetInfo: message.subarray(offset, offset + length) };
}

/**
 * The AUTHENTICATE_MESSAGE (2.2.1.3), base64.
 *
 * @param clientChallenge Eight random bytes.
 * @param nowMs Milliseconds since the epoch; the server's own time, when it sent one, is used instead.
 */
export function authenticateMessage(
  server: NtlmChallenge,
  identity: NtlmIdentity,
  clientChallenge: Uint8Array,
  nowMs: number,
): string {
  const { lm, nt } = ntlmv2Responses(server, identity, clientChallenge, nowMs);
  const parts = [lm, nt, utf16(identity.domain), utf16(identity.user), Buffer.alloc(0), Buffer.alloc(0)];
  const head = Buffer.alloc(64);
  head.write(SIGNATURE, "latin1");
  head.writeUInt32LE(3, 8);
  let offset = head.length;
  for (const [i, part] of parts.entries()) {
    head.writeUInt16LE(part.length, 12 + i * 8);
    head.writeUInt16LE(part.length, 14 + i * 8);
    head.writeUInt32LE(offset, 16 + i * 8);
    offset += part.length;
  }
  head.writeUInt32LE(FLAGS >>> 0, 60);
  return Buffer.concat([head, ...parts]).toString("base64");
}

/** The LMv2 and NTLMv2 responses (3.3.2). */
export function ntlmv2Responses(
  { challenge, targetInfo }: NtlmChallenge,
  { domain, user, password }: NtlmIdentity,
  clientChallenge: Uint8Array,
  nowMs: number,
): { readonly lm: Uint8Array; readonly nt: Uint8Array } {
  const key = hmacMd5(createHash("md4").update(utf16(password)).digest(), utf16(user.toUpperCase() + domain));
  const serverTime = timestampOf(targetInfo);
  const temp = Buffer.concat([
    Uint8Array.from([1, 1, 0, 0, 0, 0, 0, 0]),
    serverTime ?? fileTime(nowMs),
    clientChallenge,
    Buffer.alloc(4),
    targetInfo,
    Buffer.alloc(4),
  ]);
  const proof = hmacMd5(key, Buffer.concat([challenge, temp]));
  const lm = serverTime !== undefined
    ? Buffer.alloc(24)
    : Buffer.concat([hmacMd5(key, Buffer.concat([challenge, clientChallenge])), clientChallenge]);
  return { lm, nt: Buffer.concat([proof, temp]) };
}

/** The MsvAvTimestamp of a list of AV_PAIRs (2.2.2.1). */
function timestampOf(targetInfo: Uint8Array): Uint8Array | undefined {
  const pairs = Buffer.from(targetInfo);
  for (let at = 0; at + 4 <= pairs.length;) {
    const id = pairs.readUInt16LE(at);
    const length = pairs.readUInt16LE(at + 2);
    if (id === 7 && length === 8 && at + 12 <= pairs.length) return pairs.subarray(at + 4, at + 12);
    if (id === 0) return undefined;
    at += 4 + length;
  }
  return undefined;
}

/** Tenths of microseconds since 1601, little endian. */
function fileTime(nowMs: number): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Math.trunc(nowMs)) + 11_644_473_600_000n) * 10_000n);
  return time;
}

function hmacMd5(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac("md5", key).update(data).digest();
}

function utf16(text: string): Uint8Array {
  return Buffer.from(text, "utf16le");
}
