import zlib from "node:zlib";
import type { Fault } from "./http_faults.ts";
import { goodBody } from "./kinds.ts";
import { answer } from "./servers.ts";

/** Bytes that a bomb becomes: more than the default bound (64 MiB). */
const BOMB = 80_000_000;

/** A bomb is made once, when it is first asked for. */
const bomb = (coding: string, encode: (bytes: Uint8Array) => Uint8Array): Fault => {
  let whole: Uint8Array | undefined;
  return {
    serve: (socket) => {
      whole ??= answer(200, encode(new Uint8Array(BOMB).fill(35)), { "Content-Encoding": coding });
      socket.end(whole);
    },
    ends: /^error:limit$/,
  };
};

/** Sends a body of these bytes, whatever was asked for. */
const body = (bytes: string | Uint8Array, ends: Fault["ends"], headers: Record<string, string> = {}): Fault => ({
  serve: (socket) => socket.end(answer(200, bytes, headers)),
  ends,
});

const each = (openmetrics: RegExp, inference: RegExp, management: RegExp) => ({ openmetrics, inference, management });
const ALL_OK = /^ok$/;
const PARSE = /^error:parse$/;
const SKIPPED = /^partial:parse$/;

/** Codings of a body that are bombs, broken, or too many. */
export const CODING_FAULTS: Readonly<Record<string, Fault>> = {
  "sends a gzip bomb": bomb("gzip", (bytes) => zlib.gzipSync(bytes)),
  "sends a deflate bomb": bomb("deflate", (bytes) => zlib.deflateSync(bytes)),
  "sends a raw deflate bomb": bomb("deflate", (bytes) => zlib.deflateRawSync(bytes)),
  "sends a br bomb": bomb("br", (bytes) =>
    zlib.brotliCompressSync(bytes, {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 },
    })),
  "sends a zstd bomb": bomb("zstd", (bytes) => zlib.zstdCompressSync(bytes)),
  "sends a bomb in a bomb": bomb("gzip, gzip", (bytes) => zlib.gzipSync(zlib.gzipSync(bytes))),
  "sends gzip that is none": body("# not gzip\n", /^error:http$/, { "Content-Encoding": "gzip" }),
  "sends gzip that is cut": body(zlib.gzipSync("# a\n".repeat(500)).subarray(0, 30), /^error:http$/, {
    "Content-Encoding": "gzip",
  }),
  "sends zstd with a window of 2 GB": body(
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00),
    /^error:http$/,
    { "Content-Encoding": "zstd" },
  ),
  "sends an unknown coding": body("# a\n", each(/^partial:http$/, ALL_OK, PARSE), { "Content-Encoding": "x-secret" }),
  "sends nine codings": body("# a\n", /^error:http$/, { "Content-Encoding": Array(9).fill("gzip").join(", ") }),
  "names a coding for an empty body": body("", each(/^partial:empty$/, ALL_OK, PARSE), { "Content-Encoding": "gzip" }),
};

const versions = (version: unknown) => (target: string) =>
  target.includes("/models/") ? JSON.stringify([version]) : goodBody(target);

/** Sends a model's description that is odd, or a list of models. */
const json = (make: (target: string) => string, ends: RegExp): Fault => ({
  serve: (socket, { target }) => socket.end(answer(200, make(target), { "Content-Type": "application/json" })),
  ends: each(/./, /./, ends),
});

/** Bodies that are not what was asked for. */
export const CONTENT_FAULTS: Readonly<Record<string, Fault>> = {
  "answers an HTML page": body("<!doctype html><title>Log in</title>", each(PARSE, SKIPPED, PARSE), {
    "Content-Type": "text/html",
  }),
  "answers an empty body": body("", each(/^partial:empty$/, ALL_OK, PARSE)),
  "answers a body of blanks": body(" \n\t\n", each(/^partial:(empty|parse)$/, ALL_OK, PARSE)),
  "answers invalid UTF-8": body(
    Uint8Array.of(0x61, 0xff, 0xfe, 0xc3, 0x28, 0x20, 0x31, 0x0a),
    each(/./, ALL_OK, PARSE),
  ),
  "answers NULs": body("\0".repeat(10_000), each(PARSE, ALL_OK, PARSE)),
  "answers NULs in a good line": body("a\0b 1\nCPUUtilization 1\n", each(SKIPPED, ALL_OK, PARSE)),
  "answers arrays 100,000 deep": body("[".repeat(100_000) + "]".repeat(100_000), each(PARSE, ALL_OK, PARSE)),
  "answers objects 100,000 deep": body(
    '{"models":'.repeat(100_000) + "1" + "}".repeat(100_000),
    each(PARSE, ALL_OK, PARSE),
    { "Content-Type": "text/plain" },
  ),
  "answers JSON 100,000 deep as JSON": body(
    '{"status":'.repeat(100_000) + "1" + "}".repeat(100_000),
    each(PARSE, ALL_OK, PARSE),
    {
      "Content-Type": "application/json",
    },
  ),
  "answers one line of 5 MB": body("a".repeat(5_000_000), each(PARSE, ALL_OK, PARSE)),
  "answers a value of 5 MB": body(`CPUUtilization ${"1".repeat(5_000_000)}\n`, each(/./, ALL_OK, PARSE)),
  "answers a label of 5 MB": body(`CPUUtilization{Level="${"x".repeat(5_000_000)}"} 1\n`, each(/./, ALL_OK, PARSE)),
  "answers 100,000 lines that are none": body("}{ \n".repeat(100_000), each(PARSE, ALL_OK, PARSE)),
  "answers 50,000 families": body(
    Array.from({ length: 50_000 }, (_, i) => `# TYPE f${i} gauge\nf${i} 1\n`).join(""),
    each(ALL_OK, ALL_OK, PARSE),
  ),
  "answers 20,000 series": body(
    Array.from({ length: 20_000 }, (_, i) => `CPUUtilization{Level="${i}"} 1\n`).join(""),
    each(ALL_OK, ALL_OK, PARSE),
  ),
  "answers values that are no numbers": body(
    'CPUUtilization NaN\nMemoryUsed +Inf\nDiskUsage{Level="a"} 1e999\nMemoryAvailable 0x10\n',
    each(/./, ALL_OK, PARSE),
  ),
  "answers a byte order mark": {
    serve: (socket, { target }) => socket.end(answer(200, `\ufeff${goodBody(target)}`)),
    ends: each(/./, ALL_OK, /./),
  },
  "answers a media type that is none": {
    serve: (socket, { target }) => socket.end(answer(200, goodBody(target), { "Content-Type": ';;="' })),
    ends: ALL_OK,
  },
  "answers a charset that is none": {
    serve: (socket, { target }) =>
      socket.end(answer(200, goodBody(target), { "Content-Type": "text/plain; charset=klingon" })),
    ends: ALL_OK,
  },
  "answers UTF-16": body(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x20, 0, 0x31, 0, 0x0a, 0), each(/./, ALL_OK, PARSE)),
};

const WRONG = [null, true, false, 0, -1, 1e300, "", "x", [], [[]], [null], {}, { a: {} }, "\0", "9".repeat(400)];

/** Every field of the management API with values of every wrong type. */
export const JSON_FAULTS: Readonly<Record<string, Fault>> = {
  ...Object.fromEntries(
    WRONG.map((value) => [`answers ${JSON.stringify(value).slice(0, 20)}`, json(() => JSON.stringify(value), /./)]),
  ),
  ...Object.fromEntries(
    ["models", "nextPageToken"].map((field) => [
      `lists every wrong type in ${field}`,
      (() => {
        let turn = 0;
        return json(() => JSON.stringify({ models: [], [field]: WRONG[turn++ % WRONG.length] }), /./);
      })(),
    ]),
  ),
  "lists models of every wrong type": json(() => JSON.stringify({ models: WRONG }), /./),
  "lists names of every wrong type": json(
    (target) =>
      target.includes("/models/")
        ? goodBody(target)
        : JSON.stringify({ models: WRONG.map((modelName) => ({ modelName, modelUrl: modelName })) }),
    /./,
  ),
  "lists odd names": json(
    (target) =>
      target.includes("/models/") ? goodBody(target) : JSON.stringify({
        models: [
          "..",
          ".",
          "/",
          "a/../b",
          "\r\nX: y",
          "\0",
          "\ud800",
          "__proto__",
          "constructor",
          "x".repeat(20_000),
          "token",
          "%",
          "?#",
          "日本",
        ]
          .map((modelName) => ({ modelName, modelUrl: "a.mar" })),
      }),
    /./,
  ),
  "lists one model 2,000 times": json(
    (target) =>
      target.includes("/models/")
        ? goodBody(target)
        : JSON.stringify({ models: Array(2_000).fill({ modelName: "alpha", modelUrl: "a" }) }),
    /./,
  ),
  "names __proto__": json(
    () => '{"__proto__":{"models":[{"modelName":"a"}],"status":"polluted"},"constructor":{"prototype":1}}',
    /./,
  ),
  ...Object.fromEntries(
    [
      "modelName",
      "modelVersion",
      "modelUrl",
      "minWorkers",
      "maxWorkers",
      "batchSize",
      "maxBatchDelay",
      "loadedAtStartup",
      "workers",
      "jobQueueStatus",
      "startupTimeout",
    ]
      .map((field) => [
        `describes every wrong type in ${field}`,
        json(
          (target) =>
            target.includes("/models/")
              ? JSON.stringify(
                WRONG.map((value, i) => ({
                  modelName: "alpha",
                  modelVersion: `${i}`,
                  minWorkers: 1,
                  workers: [],
                  [field]: value,
                })),
              )
              : goodBody(target),
          /./,
        ),
      ]),
  ),
  "describes workers of every wrong type": json(
    versions({ modelName: "alpha", modelVersion: "1", workers: WRONG }),
    /./,
  ),
  ...Object.fromEntries(
    ["id", "pid", "status", "memoryUsage", "gpu", "startTime", "gpuUsage"].map((field) => [
      `describes every wrong type in a worker's ${field}`,
      json(
        versions({
          modelName: "alpha",
          modelVersion: "1",
          workers: WRONG.map((value) => ({ id: "1", [field]: value })),
        }),
        /./,
      ),
    ]),
  ),
};

/** Lists that do not end, and one that is very long. */
export const LIST_FAULTS: Readonly<Record<string, Fault>> = {
  "describes 50,000 workers": json(
    versions({
      modelName: "alpha",
      modelVersion: "1",
      workers: Array.from({ length: 50_000 }, (_, i) => ({ id: `${i}`, status: "READY", pid: i })),
    }),
    /^partial:limit$/,
  ),
  "pages without end, each token further": json((target) => {
    const token = Number(/next_page_token=(\d+)/.exec(target)?.[1] ?? 0);
    return target.includes("/models/")
      ? goodBody(target)
      : JSON.stringify({ models: [{ modelName: `m${token}` }], nextPageToken: `${token + 1}` });
  }, /^partial:(limit|timeout)$/),
  "pages without end, each token a new text": json(
    (target) =>
      target.includes("/models/")
        ? goodBody(target)
        : JSON.stringify({ models: [{ modelName: "alpha" }], nextPageToken: `t${Math.random()}` }),
    /^partial:(limit|timeout)$/,
  ),
  "pages in a circle of two tokens": json(
    (target) =>
      target.includes("/models/") ? goodBody(target) : JSON.stringify({
        models: [{ modelName: "alpha" }],
        nextPageToken: target.includes("=ping") ? "pong" : "ping",
      }),
    /^partial:(http|limit|timeout)$/,
  ),
  "pages with one token for ever": json(
    (target) =>
      target.includes("/models/")
        ? goodBody(target)
        : JSON.stringify({ models: [{ modelName: "alpha" }], nextPageToken: "0" }),
    /^partial:http$/,
  ),
  "pages with a token of 1 MB": json(
    (target) =>
      target.includes("/models/")
        ? goodBody(target)
        : JSON.stringify({ models: [{ modelName: "alpha" }], nextPageToken: "t".repeat(1_000_000) }),
    /^partial:/,
  ),
  "pages whose second is broken": json(
    (target) =>
      target.includes("/models/")
        ? goodBody(target)
        : target.includes("next_page_token")
        ? "<html>"
        : JSON.stringify({ models: [{ modelName: "alpha" }], nextPageToken: "1" }),
    /^partial:parse$/,
  ),
};
