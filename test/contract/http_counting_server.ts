/**
 * A server in a process of its own, which sees every connection that a client opens, also those that it resets at once:
 * prints its port; `GET /counts` says what it saw before.
 */
import http from "node:http";
import net from "node:net";
import process from "node:process";

const [host] = process.argv.slice(2);
const counts = { connections: 0, resets: 0, requests: 0 };
const responses = http.createServer((request, response) => {
  if (request.url !== "/counts") counts.requests++;
  response.end(JSON.stringify(counts));
});
const server = net.createServer((socket) => {
  counts.connections++;
  socket.on("error", () => counts.resets++);
  responses.emit("connection", socket);
});
server.listen(0, host, () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : address}\n`);
});
process.stdin.on("end", () => process.exit(0)).resume();
