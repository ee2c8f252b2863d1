import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  authenticateMessage,
  negotiateMessage,
  ntlmv2Responses,
  parseChallengeMessage,
  splitDomain,
} from "../../plugin/http/auth/ntlm.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

// [MS-NLMP] 4.2.1 and 4.2.4: the common values, and the target information of the NTLMv2 example.
const challenge = hex("0123456789abcdef");
const clientChallenge = hex("aaaaaaaaaaaaaaaa");
const targetInfo = hex("02000c0044006f006d00610069006e0001000c005300650072007600650072000000 0000");
const identity = { domain: "Domain", user: "User", password: "Password" };
const EPOCH_1601_MS = -11_644_473_600_000;

describe("NTLM", () => {
  it("gives the responses of [MS-NLMP] 4.2.4.2", () => {
    const { lm, nt } = ntlmv2Responses({ challenge, targetInfo }, identity, clientChallenge, EPOCH_1601_MS);
    assert.equal(Buffer.from(lm).toString("hex"), "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
    assert.equal(Buffer.from(nt.subarray(0, 16)).toString("hex"), "68cd0ab851e51c96aabc927bebef6a1c");
  });

  it("uses the server's time, when it sends one, and then no LMv2 response", () => {
    const timed = hex("0700080001020304050607080000 0000");
    const { lm, nt } = ntlmv2Responses({ challenge, targetInfo: timed }, identity, clientChallenge, 0);
    assert.ok(lm.every((byte) => byte === 0));
    assert.equal(Buffer.from(nt.subarray(24, 32)).toString("hex"), "0102030405060708");
  });

  it("lays out the messages as [MS-NLMP] 2.2.1 says", () => {
    const negotiate = Buffer.from(negotiateMessage(), "base64");
    assert.equal(negotiate.toString("latin1", 0, 8), "NTLMSSP\0");
    assert.equal(negotiate.readUInt32LE(8), 1);
    const message = Buffer.from(
      authenticateMessage({ challenge, targetInfo }, identity, clientChallenge, EPOCH_1601_MS),
      "base64",
    );
    const field = (at: number) => {
      const offset = message.readUInt32LE(at + 4);
      return message.subarray(offset, offset + message.readUInt16LE(at));
    };
    assert.equal(message.readUInt32LE(8), 3);
    assert.equal(field(12).length, 24);
    assert.equal(field(20).toString("hex", 0, 16), "68cd0ab851e51c96aabc927bebef6a1c");
    assert.equal(field(28).toString("utf16le"), "Domain");
    assert.equal(field(36).toString("utf16le"), "User");
  });

  it("reads challenges and refuses everything else", () => {
    const message = Buffer.alloc(48 + targetInfo.length);
    message.write("NTLMSSP\0", "latin1");
    message.writeUInt32LE(2, 8);
    message.set(challenge, 24);
    message.writeUInt16LE(targetInfo.length, 40);
    message.writeUInt32LE(48, 44);
    message.set(targetInfo, 48);
    const parsed = parseChallengeMessage(message.toString("base64"));
    assert.deepEqual([...parsed?.challenge ?? []], [...challenge]);
    assert.deepEqual([...parsed?.targetInfo ?? []], [...targetInfo]);
    message.writeUInt16LE(5000, 40);
    assert.equal(parseChallengeMessage(message.toString("base64")), undefined);
    fc.assert(fc.property(fc.base64String(), (text) => parseChallengeMessage(text) === undefined));
  });

  it("splits DOMAIN\\user", () => {
    assert.deepEqual(splitDomain("D\\u\\v"), { domain: "D", user: "u\\v" });
    assert.deepEqual(splitDomain("user"), { domain: "", user: "user" });
  });
});
