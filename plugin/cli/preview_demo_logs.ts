import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** TorchServe's lines tell the time of their place, without saying which. */
function stamp(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, -1).replace(".", ",");
}

/** The logs of the demo's TorchServe: what a real one writes of the calls that its clients make. */
export class DemoLogs {
  #port = 41_000;

  constructor(private readonly folder: string) {
    // They exist from the start, empty.
    for (const file of ["ts_log.log", "model_log.log"]) appendFileSync(join(folder, file), "");
  }

  /** A call was answered. */
  answered(model: string, version: string, status: number, milliseconds: number): void {
    const worker = `W-9000-${model}_${version}`;
    const thread = status === 404 ? "epollEventLoopGroup-3-1" : worker;
    const client = `/127.0.0.1:${this.#port = 41_000 + (this.#port + 7) % 9_000}`;
    const request = `"POST /predictions/${model} HTTP/1.1"`;
    this.#write(
      "ts_log.log",
      `${stamp()} [INFO ] ${thread} ACCESS_LOG - ${client} ${request} ${status} ${milliseconds}`,
    );
    if (status !== 503) return;
    const output = (text: string) => `${stamp()} [INFO ] ${worker}-stdout MODEL_LOG - ${text}`;
    this.#write(
      "model_log.log",
      [
        "Invoking custom service failed.",
        "Traceback (most recent call last):",
        '  File "/home/model-server/handler.py", line 48, in handle',
        "    return self.postprocess(self.inference(self.preprocess(data)))",
        "ValueError: expected a tensor of shape (3, 224, 224)",
      ].map(output).join("\n"),
    );
  }

  #write(file: string, text: string): void {
    appendFileSync(join(this.folder, file), `${text}\n`);
  }
}
