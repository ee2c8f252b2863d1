import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { textOf } from "../../plugin/protocol/pieces.ts";
import { Session } from "../../plugin/protocol/session.ts";
import type { Report, State } from "../../plugin/report/mod.ts";
import { HOST_START, type Mode } from "./case.ts";
import type { OurSide } from "./our_side.ts";
import { fromReport, type Submissions } from "./submissions.ts";

interface Reply {
  readonly id: number;
  readonly result?: Report;
  readonly error?: { readonly message: string };
}

const request = (id: number, method: string, params: unknown) => JSON.stringify({ jsonrpc: "2.0", id, method, params });
const INITIALIZE = request(0, "initialize", {
  protocol_version: 1,
  host: { name: "peers", start_time: HOST_START },
});

/** Our side: a session in this process, which stays connected. */
export class Ours implements OurSide {
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #session: Session;
  #count = 0;

  constructor() {
    this.#session = new Session((pieces) => {
      const reply = JSON.parse(textOf(pieces)) as Reply;
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    this.#session.receive({ text: INITIALIZE });
  }

  /** A sequence of runs of one instance. */
  runs(mode: Mode, instance: Readonly<Record<string, unknown>>): () => Promise<Report> {
    const checkId = `case-${++this.#count}`;
    if (mode === "connected") return () => this.#run({ instance, check_id: checkId });
    let state: State | undefined;
    let runs = 0;
    return async () => {
      // A new session knows nothing; another `name` keeps this process from knowing the instance.
      const params = {
        instance: { ...instance, name: `${checkId}-${++runs}` },
        ...(state === undefined ? {} : { state }),
      };
      const report = mode === "handed" ? await new Ours().#run(params) : await runProcess(params);
      state = report.state;
      return report;
    };
  }

  submissions(mode: Mode, instance: Readonly<Record<string, unknown>>): Promise<() => Promise<Submissions>> {
    const run = this.runs(mode, instance);
    return Promise.resolve(async () => {
      const report = await run();
      // An instance whose configuration we do not take shows nothing.
      const { error } = report;
      if (error?.code === "config") throw new Error(`${JSON.stringify(instance)}: we refuse it: ${error.message}`);
      return fromReport(report);
    });
  }

  #run(params: unknown): Promise<Report> {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => settle(reply, resolve, reject));
      this.#session.receive({ text: request(id, "check/run", params) });
    });
  }
}

function settle(reply: Reply, resolve: (report: Report) => void, reject: (reason: Error) => void): void {
  if (reply.result === undefined) reject(new Error(`no report: ${reply.error?.message}`));
  else resolve(reply.result);
}

const MAIN = fileURLToPath(new URL("../../plugin/main.ts", import.meta.url));

/** One run in a process of its own. */
function runProcess(params: unknown): Promise<Report> {
  const args = "Deno" in globalThis ? ["run", "-A", MAIN] : [MAIN];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => output += piece);
  child.stdin.end(`${INITIALIZE}\n${request(1, "check/run", params)}\n`);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const replies = output.trim().split("\n").map((line) => JSON.parse(line) as Reply);
      const reply = replies.find(({ id }) => id === 1);
      if (reply === undefined) reject(new Error(`no reply: ${output.slice(0, 500)}`));
      else settle(reply, resolve, reject);
    });
  });
}
