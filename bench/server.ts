/**
 * Serves the files of a folder from memory, as TorchServe serves its metrics: one answer with its length, uncompressed.
 *
 *     server.ts FOLDER
 *
 * Prints its port, and runs until its standard input ends.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { argv, stdin, stdout } from "node:process";

const [folder = "."] = argv.slice(2);
const bodies = new Map(readdirSync(folder).map((name) => [`/${name}`, readFileSync(join(folder, name))]));
const server = createServer((request, response) => {
  const body = bodies.get(request.url ?? "");
  const type = "text/plain; version=0.0.4; charset=utf-8";
  response.writeHead(body === undefined ? 404 : 200, { "content-type": type, "content-length": body?.length ?? 0 });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) stdout.write(`${address.port}\n`);
});
stdin.resume();
stdin.on("end", () => {
  server.close();
  server.closeAllConnections();
});
