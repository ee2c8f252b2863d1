import type { Fault } from "./http_faults.ts";
import { goodBody } from "./kinds.ts";
import { answer } from "./servers.ts";

const status = (line: string, ends: Fault["ends"], headers: Record<string, string> = {}): Fault => ({
  serve: (socket, { target }) => socket.end(answer(line, goodBody(target), headers)),
  ends,
});

const REFUSED = /^error:http$/;
const DENIED = /^error:auth$/;

/** Every status of interest (RFC 9110, 15). */
export const STATUS_FAULTS: Readonly<Record<string, Fault>> = {
  "answers 100 first": {
    serve: (socket, { target }) => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      socket.end(answer(200, goodBody(target)));
    },
    ends: /^ok$/,
  },
  "answers 102 and 103 first": {
    serve: (socket, { target }) => {
      socket.write("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
      socket.end(answer(200, goodBody(target)));
    },
    ends: /^ok$/,
  },
  "answers 100 and nothing else": {
    serve: (socket) => socket.end("HTTP/1.1 100 Continue\r\n\r\n"),
    ends: /^error:(http|connect)$/,
  },
  "answers 101": {
    serve: (socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    ends: REFUSED,
  },
  ...Object.fromEntries([201, 202, 203, 206, 226].map((code) => [`answers ${code}`, status(`${code} Fine`, /^ok$/)])),
  ...Object.fromEntries([204, 205].map((code) => [
    `answers ${code}`,
    {
      serve: (socket) => socket.end(`HTTP/1.1 ${code} Nothing\r\n\r\n`),
      ends: { openmetrics: /^partial:empty$/, inference: /^ok$/, management: /^error:parse$/ },
    } satisfies Fault,
  ])),
  ...Object.fromEntries(
    [300, 301, 302, 303, 305, 306, 307, 308].map((
      code,
    ) => [`answers ${code} without location`, status(`${code} There`, REFUSED)]),
  ),
  "answers 304": { serve: (socket) => socket.end("HTTP/1.1 304 Not Modified\r\n\r\n"), ends: REFUSED },
  ...Object.fromEntries([401, 403, 407].map((code) => [`answers ${code}`, status(`${code} No`, DENIED)])),
  "answers 401 with a challenge that is none": status("401 No", DENIED, { "WWW-Authenticate": 'Digest realm="' }),
  "answers 401 with 1,000 challenges": status("401 No", DENIED, {
    "WWW-Authenticate": Array(1_000).fill('Digest realm="a", nonce="b"').join(", "),
  }),
  ...Object.fromEntries(
    [
      400,
      402,
      404,
      405,
      406,
      408,
      409,
      410,
      413,
      414,
      416,
      418,
      421,
      429,
      431,
      451,
      499,
      500,
      501,
      502,
      503,
      504,
      505,
      507,
      511,
      520,
      599,
    ]
      .map((code) => [`answers ${code}`, status(`${code} No`, REFUSED)]),
  ),
  "answers 429 with Retry-After": status("429 Later", REFUSED, { "Retry-After": "99999999" }),
  ...Object.fromEntries(
    ["000", "099", "600", "999"].map((code) => [`answers ${code}`, status(`${code} What`, /^error:http$/)]),
  ),
  "answers a status of four digits": status("2000 OK", REFUSED),
  "answers a status without reason": {
    serve: (socket, { target }) =>
      socket.end(`HTTP/1.1 200\r\nContent-Length: ${goodBody(target).length}\r\n\r\n${goodBody(target)}`),
    ends: /^(ok|error:http)$/,
  },
  "answers a reason of control characters": status("500 \x1b[31mred\x07", REFUSED),
};

const redirect = (
  location: string | ((base: string, target: string) => string),
  ends: Fault["ends"],
  code = 302,
): Fault => ({
  serve: (socket, { target }) => {
    const base = `/${target.split("/")[1]}`;
    const to = typeof location === "string" ? location : location(base, target);
    socket.end(answer(`${code} There`, "", { Location: to }));
  },
  ends,
});

/** Redirects that lead nowhere (RFC 9110, 15.4). */
export const REDIRECT_FAULTS: Readonly<Record<string, Fault>> = {
  "redirects to itself": redirect((_, target) => target, /^error:limit$/),
  "redirects in a circle of two": redirect(
    (_, target) => target.includes("?b") ? target.replace(/\?b.*/, "?a") : `${target.replace(/\?.*/, "")}?b`,
    /^error:limit$/,
  ),
  "redirects on and on": redirect((_, target) => `${target}x`, /^error:(limit|config)$/),
  "redirects to a file": redirect("file:///etc/passwd", /^error:http$/),
  "redirects to a script": redirect("javascript:alert(1)", /^error:http$/),
  "redirects to no address": redirect("http://[::bad", /^error:http$/),
  "redirects to port 0": redirect("http://127.0.0.1:0/", /^error:(connect|http|config)$/),
  "redirects to an address of 30,000 characters": redirect(`/${"x".repeat(30_000)}`, /^error:/),
  "redirects to nothing": redirect("", /^error:/),
  "redirects to a name that does not exist": redirect("http://nowhere.invalid/", /^error:connect$/),
};
