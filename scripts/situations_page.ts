import { loadMonitors } from "../plugin/assets/mod.ts";
import { readRecordings, replay } from "../test/support/replay.ts";

const WHAT_HAPPENS: Readonly<Record<string, string>> = {
  healthy: "two models are called",
  idle: "nobody calls a model",
  deploy: "a version is registered, becomes the default, and the former one is removed",
  "crash loop": "a model is registered whose handler raises an exception when it is loaded",
  "queue full": "a model that takes a second is called twenty times a second",
  "5xx burst": "a handler raises an exception on three requests of five, for five minutes",
  "expired key": "the keys have expired, and this check has a copy that nobody renews",
  "log mode": "TorchServe runs with metrics_mode=log, and its metrics endpoint is watched",
};

const INTRODUCTION =
  `A TorchServe 0.12.0 was watched in eight situations, with \`extended_metrics\` and \`inference_probe\`, and the
monitors were evaluated on what was collected, as Datadog does it. A step of 15 seconds was recorded in 0.6 seconds:
the start of a worker looks 25 times as long as it is, which a monitor that wakes people for a deploy would not pass.
\`deno run -A test/real/record_monitors.ts\` records them anew.
`;

/** docs/monitor_situations.md: which monitors fire when. */
export async function situationsPage(generated: string): Promise<string> {
  const recordings = readRecordings();
  const situations = Object.keys(WHAT_HAPPENS).filter((name) => recordings.has(name));
  const states = await Promise.all(situations.map((name) => {
    const recording = recordings.get(name);
    return recording === undefined ? new Map<string, string>() : replay(recording);
  }));
  const monitors = await loadMonitors();
  return [
    "<!-- deno-fmt-ignore-file -->",
    "",
    "# Which monitors fire when",
    "",
    generated,
    "",
    INTRODUCTION,
    "| situation | what happens | monitors that fire |",
    "| --- | --- | --- |",
    ...situations.map((name, i) => {
      const fired = monitors.flatMap(({ key, title }) => {
        const state = states[i]?.get(key) ?? "ok";
        return state === "ok" ? [] : [`${title} (${state})`];
      });
      return `| ${name} | ${WHAT_HAPPENS[name]} | ${fired.join("<br>") || "none"} |`;
    }),
    "",
  ].join("\n");
}
