import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readWorkerLogs } from "../../plugin/doctor/gather/worker_log.ts";

const MODEL = "/tmp/models/0123456789abcdef0123456789abcdef/handler.py";
const TIME = "2026-11-28T00:43:38,039";
/** Lines as TorchServe's own layout has them. */
const logged = (thread: string, ...texts: string[]) =>
  texts.map((text) => `${TIME} [INFO ] ${thread} MODEL_LOG - ${text}`);
const started = (pid: number) => [
  `s_name_part0=/tmp/.ts.sock, s_name_part1=9001, pid=${pid}`,
  "Listening on port: /tmp/.ts.sock.9001",
  `[PID]${pid}`,
  "Torch worker started.",
];
const DIED = "Backend worker process died.";
const TRACEBACK = "Traceback (most recent call last):";
const WORKER = '  File "/venv/lib/python3.11/site-packages/ts/model_service_worker.py", line 301, in <module>';
const AGAIN = ["", "During handling of the above exception, another exception occurred:", ""];
const DECOY = [
  TRACEBACK,
  WORKER,
  '  File "<frozen importlib._bootstrap>", line 1142, in _find_and_load_unlocked',
  "ModuleNotFoundError: No module named 'ts.torch_handler.handler'",
];
const livesOf = (lines: readonly string[], first: number | undefined = 1) =>
  [...readWorkerLogs(lines.join("\n"), first).values()].flatMap(({ lives }) => lives);

describe("the log of a worker", () => {
  it("gives the exception of its last start, not the one that was raised while it was handled", () => {
    const lines = logged(
      "W-9001-imports_1.0-stdout",
      ...started(17),
      DIED,
      TRACEBACK,
      '  File "/venv/lib/python3.11/site-packages/ts/model_loader.py", line 108, in load',
      "    module, function_name = self._load_handler_file(handler)",
      `  File "${MODEL}", line 3, in <module>`,
      "    import nowhere",
      "ModuleNotFoundError: No module named 'nowhere'",
      ...AGAIN,
      ...DECOY,
    );
    const [life] = livesOf(lines);
    assert.deepEqual(life?.death, {
      text: "ModuleNotFoundError: No module named 'nowhere'",
      place: { file: MODEL, line: 3 },
      logLine: 11,
      seconds: Date.parse("2026-11-28T00:43:38") / 1_000,
    });
    assert.equal(life?.pid, 17);
  });

  it("takes the last exception of a chain that is meant to be one", () => {
    const lines = logged(
      "W-9001-m_1.0-stdout",
      ...started(17),
      DIED,
      TRACEBACK,
      `  File "${MODEL}", line 3, in load`,
      "KeyError: 'weights'",
      "",
      "The above exception was the direct cause of the following exception:",
      "",
      TRACEBACK,
      `  File "${MODEL}", line 9, in initialize`,
      "RuntimeError: no weights: see the settings",
    );
    assert.equal(livesOf(lines)[0]?.death?.text, "RuntimeError: no weights: see the settings");
    assert.equal(livesOf(lines)[0]?.death?.place?.line, 9);
  });

  it("tells why the model failed to load, not with which status", () => {
    const lines = logged(
      "W-9001-m_1.0-stdout",
      ...started(17),
      "Failed to load model m, exception broken on load",
      TRACEBACK,
      WORKER,
      `  File "${MODEL}", line 6, in handle`,
      "RuntimeError: broken on load",
      DIED,
      TRACEBACK,
      WORKER,
      "RuntimeError: 500 - Unknown exception",
    );
    const [life] = livesOf(lines);
    assert.equal(life?.death?.text, "RuntimeError: broken on load");
    assert.deepEqual(life?.death?.place, { file: MODEL, line: 6 });
    assert.equal(life?.failed, undefined);
  });

  it("tells a handler that is not there at all", () => {
    const lines = logged(
      "W-9001-m_1.0-stdout",
      ...started(17),
      DIED,
      TRACEBACK,
      WORKER,
      "ModuleNotFoundError: No module named 'handler'",
      ...AGAIN,
      ...DECOY,
    );
    assert.equal(livesOf(lines)[0]?.death?.text, "ModuleNotFoundError: No module named 'handler'");
  });

  it("knows a syntax error by its own place", () => {
    const lines = logged(
      "W-9001-m_1.0-stdout",
      ...started(17),
      DIED,
      TRACEBACK,
      WORKER,
      `  File "${MODEL}", line 12`,
      "    def handle(data, context)",
      "                             ^",
      "SyntaxError: expected ':'",
    );
    assert.equal(livesOf(lines)[0]?.death?.text, "SyntaxError: expected ':'");
    assert.deepEqual(livesOf(lines)[0]?.death?.place, { file: MODEL, line: 12 });
  });

  it("tells the innermost place in the model where a library raised", () => {
    const lines = logged(
      "W-9001-m_1.0-stdout",
      ...started(17),
      DIED,
      TRACEBACK,
      WORKER,
      `  File "${MODEL}", line 20, in initialize`,
      "    self.model = torch.jit.load(path)",
      '  File "/venv/lib/python3.11/site-packages/torch/jit/_serialization.py", line 152, in load',
      "ValueError: The provided filename model.pt does not exist",
    );
    assert.deepEqual(livesOf(lines)[0]?.death?.place, { file: MODEL, line: 20 });
  });

  it("keeps workers apart whose lines are mixed", () => {
    const one = logged("W-9001-a_1.0-stdout", ...started(1), DIED, TRACEBACK, WORKER, "ValueError: of a");
    const other = logged("W-9002-b_1.0-stdout", ...started(2), DIED, TRACEBACK, WORKER, "ValueError: of b");
    const mixed = one.flatMap((line, index) => [line, other[index] ?? ""]);
    const logs = readWorkerLogs(mixed.join("\n"), 1);
    assert.deepEqual([...logs.keys()], ["9001 a_1.0", "9002 b_1.0"]);
    assert.equal(logs.get("9001 a_1.0")?.lives[0]?.death?.text, "ValueError: of a");
    assert.equal(logs.get("9002 b_1.0")?.lives[0]?.death?.text, "ValueError: of b");
  });

  it("counts the lives of processes that ended without a word", () => {
    const lives = livesOf(logged("W-9001-a_1.0-stdout", ...started(1), ...started(2), ...started(3)));
    assert.deepEqual(lives.map(({ pid, death }) => [pid, death]), [[1, undefined], [2, undefined], [3, undefined]]);
  });

  it("knows exceptions of predictions, after which the process lives on", () => {
    const failed = [TRACEBACK, `  File "${MODEL}", line 4, in handle`, "ValueError: bad shape"];
    const [life] = livesOf(
      logged("W-9001-a_1.0-stdout", ...started(1), "Invoking custom service failed.", ...failed, ...failed),
    );
    assert.equal(life?.death, undefined);
    assert.equal(life?.failed?.count, 2);
    assert.equal(life?.failed?.last.text, "ValueError: bad shape");
  });

  it("knows crashes of the interpreter", () => {
    const lines = [
      ...logged("W-9001-a_1.0-stdout", ...started(1)),
      ...logged("W-9001-a_1.0-stderr", "Fatal Python error: Segmentation fault"),
    ];
    assert.equal(livesOf(lines)[0]?.crash, "Fatal Python error: Segmentation fault");
  });

  it("reads records in JSON, and lines that a message of several lines has", () => {
    const record = (message: string) =>
      JSON.stringify({ thread: "W-9001-a_1.0-stdout", level: "INFO", loggerName: "MODEL_LOG", message });
    const [life] = livesOf([...started(1), DIED, TRACEBACK, WORKER, "ValueError: in JSON"].map(record));
    assert.equal(life?.death?.text, "ValueError: in JSON");
    const several = [
      ...logged("W-9001-a_1.0-stdout", ...started(1)),
      ...logged("W-9001-a_1.0-stdout", DIED),
      `${TIME} [INFO ] W-9001-a_1.0-stdout MODEL_LOG - ${TRACEBACK}`,
      WORKER,
      "ValueError: of several lines",
    ];
    assert.equal(livesOf(several)[0]?.death?.text, "ValueError: of several lines");
  });

  it("understands times of another time zone by when the file was written", () => {
    const written = Date.parse("2026-11-28T00:43:38") / 1_000 + 5.5 * 3_600 + 7;
    const logs = readWorkerLogs(logged("W-9001-a_1.0-stdout", ...started(1)).join("\n"), 1, written);
    assert.equal(logs.get("9001 a_1.0")?.lives[0]?.startedSeconds, written - 7);
  });

  it("takes the times of a log that was copied days later as they stand", () => {
    const writtenAt = Date.parse("2026-11-28T00:43:38Z") / 1_000;
    const text = logged("W-9001-a_1.0-stdout", ...started(1)).join("\n");
    const asWritten = readWorkerLogs(text, 1)?.get("9001 a_1.0")?.lives[0]?.startedSeconds;
    assert.ok(asWritten !== undefined);
    for (const days of [-3, 2, 400]) {
      const logs = readWorkerLogs(text, 1, writtenAt + days * 86_400);
      assert.equal(logs.get("9001 a_1.0")?.lives[0]?.startedSeconds, asWritten);
    }
  });

  it("reads any text", () => {
    const piece = fc.constantFrom(
      ...logged("W-9001-a_1.0-stdout", ...started(1), DIED, TRACEBACK, WORKER, "ValueError: x", ...AGAIN, ...DECOY),
      "W-1--stdout",
      "{",
      "",
    );
    fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string())), (lines) => {
      for (const { death } of livesOf(lines, undefined)) assert.notEqual(death?.text, "");
    }));
  });
});
