// A process of its own for the tests that need another environment: asks the URL of its argument, prints the answer.
import process from "node:process";
import { HttpError } from "../../plugin/http/mod.ts";
import { httpClient } from "../support/http_client.ts";

const [, , url = "", options = "{}"] = process.argv;
const client = await httpClient(JSON.parse(options), { deadlineMs: performance.now() + 5000 });
try {
  process.stdout.write((await client.request({ url })).text());
} catch (error) {
  process.stdout.write(error instanceof HttpError ? error.code : String(error));
}
await client.close();
