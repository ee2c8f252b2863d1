import { readConfig } from "../../../plugin/config/mod.ts";
import type { InstanceReport } from "../../../plugin/formats/mod.ts";
import { WatchedInstance } from "../../../plugin/cli/watched_instance.ts";
import { logFilesOf, targetOf } from "../../../plugin/cli/preview_sources.ts";
import type { Frame } from "../../../plugin/preview/frame.ts";
import { makePreview, type Preview } from "../../../plugin/preview/mod.ts";
import { makeShared } from "../../../plugin/run/mod.ts";

/** One round of runs, as it went into the preview. */
export interface RecordedRound {
  readonly time: number;
  readonly reports: readonly InstanceReport[];
}

/** A preview that keeps what it was given, so that others can compute with it. */
export interface RecordedPreview {
  readonly preview: Preview;
  /** Its page, with the token. */
  readonly url: string;
  readonly rounds: readonly RecordedRound[];
  /** Waits until so many rounds have been shown. */
  after(rounds: number): Promise<void>;
  /** The frame that the page would get now. @param parameters `view=overview&range=60` */
  frame(parameters: string): Promise<Frame>;
  close(): Promise<void>;
}

/** Starts a preview of a configuration, a run a second, in this process. */
export async function startRecorded(configuration: object): Promise<RecordedPreview> {
  const file = await readConfig(JSON.stringify(configuration), "test");
  const watched = file.instances.map((instance) => new WatchedInstance(instance));
  const shared = await makeShared();
  const rounds: RecordedRound[] = [];
  let last: readonly InstanceReport[] = [];
  const preview = await makePreview({
    targets: file.instances.map(targetOf),
    logFiles: logFilesOf(file),
    interval: 1,
    runAll: async (signal) =>
      last = await Promise.all(watched.map((one) => one.run({ shared, states: undefined, signal, log: () => {} }))),
  });
  const { collector } = preview;
  collector.onRound(() => rounds.push({ time: collector.history.now, reports: last }));
  collector.start();
  const server = await preview.listen(0);
  return {
    preview,
    url: server.url,
    rounds,
    after: (count) =>
      new Promise((resolve) => {
        if (rounds.length >= count) return resolve();
        const stop = collector.onRound(() => {
          if (rounds.length < count) return;
          stop();
          resolve();
        });
      }),
    frame: async (parameters) => {
      const gone = new AbortController();
      const response = await fetch(`${server.url}stream?${parameters}`, { signal: gone.signal });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      while (!text.endsWith("\n\n")) text += (await reader?.read())?.value ?? "";
      await reader?.cancel();
      gone.abort();
      return JSON.parse(text.slice("data: ".length));
    },
    close: async () => {
      await server.close();
      await collector.close();
      shared.close();
    },
  };
}
