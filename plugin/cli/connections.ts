import type { FileResult } from "../config/mod.ts";
import type { Report } from "../report/mod.ts";
import { makeShared } from "../run/mod.ts";
import { WatchedInstance } from "./watched_instance.ts";

/** What came of asking an endpoint once. */
export interface Connection {
  /** Where the instance stands in the file. */
  readonly path: string;
  readonly kind: string;
  readonly url: string;
  /** It answers, and its service checks are well. */
  readonly ok: boolean;
  /** What is wrong, and what to do. */
  readonly message?: string;
}

/** Asks the endpoint of every instance that can run, all at once; what comes of it comes in the order of the file. */
export async function* connect({ instances }: FileResult): AsyncGenerator<Connection> {
  const shared = await makeShared();
  try {
    const running = instances.flatMap((instance) => {
      const { path, result } = instance;
      if (!result.ok) return [];
      const { kind, url } = result.config;
      const run = new WatchedInstance(instance).run({ shared, states: undefined, log: () => {} });
      return [{ path, kind, url, run }];
    });
    for (const { path, kind, url, run } of running) {
      const { report } = await run;
      const message = problemOf(report);
      yield { path, kind, url, ok: message === undefined, ...(message === undefined ? {} : { message }) };
    }
  } finally {
    shared.close();
  }
}

function problemOf({ error, service_checks: checks }: Report): string | undefined {
  if (error !== undefined) return error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
  const critical = checks.find(({ status }) => status === 2);
  return critical && `${critical.name} is CRITICAL${critical.message === undefined ? "" : `: ${critical.message}`}`;
}
