import type net from "node:net";
import type { Kind } from "./kinds.ts";
import { goodBody } from "./kinds.ts";
import { answer, type Asked, drip, pour } from "./servers.ts";

/** How a run ended: `ok`, or `status:code` with the error's code, or that of the first warning of a partial report. */
export type Ending = string;

/** A server that misbehaves. */
export interface Fault {
  readonly serve: (socket: net.Socket, asked: Asked) => void;
  /** How a run may end; one word for all kinds, or each its own. */
  readonly ends: RegExp | Readonly<Record<Kind, RegExp>>;
}

const HEAD = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

/** Sends these bytes and closes. */
const says = (bytes: string) => (socket: net.Socket) => void socket.end(bytes, "latin1");
/** Sends these bytes and keeps the connection. */
const starts = (bytes: string) => (socket: net.Socket) => void socket.write(bytes, "latin1");

/** Of the connection, the header and the framing of the body (RFC 9112). */
export const WIRE_FAULTS: Readonly<Record<string, Fault>> = {
  "says nothing": { serve: () => {}, ends: /^error:timeout$/ },
  "closes without an answer": { serve: (socket) => socket.end(), ends: /^error:connect$/ },
  "resets without an answer": { serve: (socket) => socket.resetAndDestroy(), ends: /^error:connect$/ },
  "drips its header": {
    serve: (socket) => {
      socket.write(HEAD);
      drip(socket, "X-A: b\r\n", 20);
    },
    ends: /^error:timeout$/,
  },
  "stops in its header": { serve: starts(`${HEAD}X-A:`), ends: /^error:timeout$/ },
  "drips its body": {
    serve: (socket) => {
      socket.write(`${HEAD}\r\n`);
      drip(socket, "# a\n", 20);
    },
    ends: /^error:timeout$/,
  },
  "drips the bytes of a chunk's size": {
    serve: (socket) => {
      socket.write(CHUNKED);
      drip(socket, "0", 20);
    },
    ends: /^error:(timeout|http|limit)$/,
  },
  "stops in its body": { serve: starts(`${HEAD}Content-Length: 100\r\n\r\n#`), ends: /^error:timeout$/ },
  "cuts its body": { serve: says(`${HEAD}Content-Length: 100\r\n\r\n# a`), ends: /^error:http$/ },
  "resets in its body": {
    serve: (socket) => socket.write(`${HEAD}Content-Length: 100\r\n\r\n# a`, () => socket.resetAndDestroy()),
    ends: /^error:http$/,
  },
  "sends more than it declares": {
    serve: (socket, { target }) =>
      socket.end(`${HEAD}Content-Length: ${goodBody(target).length}\r\n\r\n${goodBody(target)}more`),
    ends: /^ok$/,
  },
  "declares a length that is no number": {
    serve: says(`${HEAD}Content-Length: many\r\n\r\n# a`),
    ends: /^error:http$/,
  },
  "declares a negative length": { serve: says(`${HEAD}Content-Length: -1\r\n\r\n# a`), ends: /^error:http$/ },
  "declares two lengths": {
    serve: says(`${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\n# a\n`),
    ends: /^error:http$/,
  },
  "declares 8 EB": {
    serve: starts(`${HEAD}Content-Length: 8000000000000000000\r\n\r\n# a`),
    ends: /^error:(limit|http)$/,
  },
  "declares a length of 400 digits": {
    serve: starts(`${HEAD}Content-Length: ${"9".repeat(400)}\r\n\r\n# a`),
    ends: /^error:(limit|http)$/,
  },
  "declares a length and chunks": {
    serve: says(`${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    ends: /^(error:http|partial:empty|ok|error:parse)$/,
  },
  "sends a chunk's size that is no number": { serve: says(`${CHUNKED}zz\r\n# a\r\n0\r\n\r\n`), ends: /^error:http$/ },
  "sends a chunk of 8 EB": { serve: starts(`${CHUNKED}7fffffffffffffff\r\n# a`), ends: /^error:(http|timeout|limit)$/ },
  "sends a chunk's size of 400 digits": {
    serve: starts(`${CHUNKED}${"f".repeat(400)}\r\n# a`),
    ends: /^error:(http|timeout|limit)$/,
  },
  "sends no last chunk": { serve: says(`${CHUNKED}3\r\n# a\r\n`), ends: /^error:http$/ },
  "sends no line end behind a chunk": { serve: says(`${CHUNKED}3\r\n# aXX0\r\n\r\n`), ends: /^error:http$/ },
  "sends a field name with a NUL": {
    serve: says(`${HEAD}X\0A: b\r\nContent-Length: 0\r\n\r\n`),
    ends: /^(error:http|ok|partial:empty|error:parse)$/,
  },
  "sends bytes that are no HTTP": { serve: says("\x00\x01\x02\xff\xfe garbage\r\n\r\n"), ends: /^error:http$/ },
  "speaks HTTP/0.9": { serve: says("<html>hello</html>"), ends: /^error:http$/ },
  "speaks HTTP/2": { serve: says("\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\0\xff\xff"), ends: /^error:http$/ },
  "speaks HTTP/1.0": {
    serve: (socket, { target }) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${goodBody(target)}`),
    ends: /^ok$/,
  },
  "speaks another protocol": { serve: says("220 mail.test ESMTP\r\n"), ends: /^error:http$/ },
  "speaks TLS with an alert": { serve: says("\x15\x03\x01\0\x02\x02\x46"), ends: /^error:(tls|http)$/ },
  "sends a second answer behind the first": {
    serve: (socket, { target }) => {
      const one = answer(200, goodBody(target));
      socket.write(one);
      socket.write(one);
    },
    // One that comes when the connection's next request is sent cannot be told from the answer to it (RFC 9112, 9.2).
    ends: { openmetrics: /^ok$/, inference: /^ok$/, management: /^(ok|partial:parse)$/ },
  },
};

/** Servers that send without end, as fast as they are read. */
export const FLOOD_FAULTS: Readonly<Record<string, Fault>> = {
  "sends endless extensions of a chunk": {
    serve: (socket) => {
      socket.write(`${CHUNKED}3;`);
      pour(socket, "x".repeat(10_000));
    },
    ends: /^error:(http|limit|timeout)$/,
  },
  "sends endless trailers": {
    serve: (socket) => {
      socket.write(`${CHUNKED}0\r\n`);
      pour(socket, "X-A: b\r\n".repeat(1_000));
    },
    ends: /^(error:(http|limit|timeout)|ok|partial:empty)$/,
  },
  "sends chunks of one byte without end": {
    serve: (socket) => {
      socket.write(CHUNKED);
      pour(socket, "1\r\n#\r\n".repeat(1_000));
    },
    ends: /^error:(limit|timeout)$/,
  },
  "sends an endless body": {
    serve: (socket) => {
      socket.write(`${HEAD}\r\n`);
      pour(socket, `${"#".repeat(100)}\n`.repeat(1_000));
    },
    ends: /^error:limit$/,
  },
  "sends endless fields": {
    serve: (socket) => {
      socket.write(HEAD);
      pour(socket, "X-A: b\r\n".repeat(1_000));
    },
    ends: /^error:(limit|http)$/,
  },
  "sends a field without end": {
    serve: (socket) => {
      socket.write(`${HEAD}X-A: `);
      pour(socket, "b".repeat(10_000));
    },
    ends: /^error:(limit|http)$/,
  },
  "sends a reason without end": {
    serve: (socket) => {
      socket.write("HTTP/1.1 200 ");
      pour(socket, "b".repeat(10_000));
    },
    ends: /^error:(limit|http)$/,
  },
  "sends line ends without end": {
    serve: (socket) => pour(socket, "\r\n".repeat(1_000)),
    ends: /^error:(limit|http|timeout)$/,
  },
  "sends interim answers without end": {
    serve: (socket) => pour(socket, "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
    ends: /^error:(limit|http|timeout)$/,
  },
};
