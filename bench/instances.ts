import { startBackground } from "./background.ts";
import { BusyHost, type Reports } from "./busy_host.ts";
import { type Bench, BINARY } from "./context.ts";
import { digits, megabytes, type Section, type Target } from "./table.ts";

const INSTANCES = 1_000;
const INTERVAL_SECONDS = 15;
/** Instances that run at once: the Agent's `check_runners`. */
const RUNNERS = 4;
/** What the process may take, in cores and in bytes. */
const WANTED_CORES = 0.1;
const WANTED_BYTES = 120e6;

/** One process for 1,000 instances, a third of each kind, every 15 s. */
export async function measureInstances(bench: Bench): Promise<Section> {
  const emulator = await startBackground(
    [BINARY, "emulate", "--port", "0"],
    /openmetrics_endpoint: (\S+)\n.*inference_api_url: (\S+)\n.*management_api_url: (\S+)\n/s,
  );
  const [, metrics, inference, management] = emulator.found;
  const kinds = [
    { openmetrics_endpoint: metrics },
    { inference_api_url: inference },
    { management_api_url: management },
  ];
  const instances = Array.from({ length: INSTANCES }, (_, i) => ({ ...kinds[i % 3], tags: [`instance:${i}`] }));
  try {
    const measured: Measured[] = [];
    for (const reports of ["objects", "series"] as const) measured.push(await measure(bench, reports, instances));
    return {
      title: "Many instances",
      tables: [{
        title: `${INSTANCES} instances, a third of each kind, every ${INTERVAL_SECONDS} s, in one connected process`,
        notes: [
          `All are of one embedded TorchServe, in another process. At most ${RUNNERS} run at once, as in the Agent. First ` +
          "come rounds one after the other without a pause, which is when most piles up in memory; then rounds in which " +
          "instances are due second by second. Peak memory is that of all rounds.",
        ],
        columns: [
          "",
          "first round CPU s",
          "CPU s a round, no pause",
          "CPU s a round, spread",
          "cores",
          "peak MB",
          "kB a round",
        ],
        rows: measured.map((one) => [
          one.reports,
          digits(one.firstSeconds),
          digits(one.burstSeconds),
          digits(one.spreadSeconds),
          digits(one.spreadSeconds / INTERVAL_SECONDS),
          megabytes(one.peakBytes),
          digits(one.bytes / 1e3),
        ]),
      }],
      targets: measured.flatMap(targets),
      missing: [],
    };
  } finally {
    await emulator.close();
  }
}

interface Measured {
  readonly reports: Reports;
  readonly firstSeconds: number;
  readonly burstSeconds: number;
  readonly spreadSeconds: number;
  readonly peakBytes: number;
  /** Of the replies of a round. */
  readonly bytes: number;
}

async function measure(bench: Bench, reports: Reports, instances: readonly object[]): Promise<Measured> {
  const [bursts, spread] = bench.quick ? [10, 2] : [40, 4];
  const host = await BusyHost.start(reports);
  try {
    const cpuOf = async (rounds: number, round: () => Promise<void>) => {
      const before = host.cpuSeconds();
      for (let i = 0; i < rounds; i++) await round();
      return (host.cpuSeconds() - before) / rounds;
    };
    bench.say(`instances: ${reports}`);
    const firstSeconds = await cpuOf(1, () => runAll(host, instances, 0));
    const burstSeconds = await cpuOf(bursts, () => runAll(host, instances, 0));
    bench.say(`instances: ${reports}, spread`);
    const before = host.bytes;
    const spreadSeconds = await cpuOf(spread, () => spreadOut(host, instances));
    return {
      reports,
      firstSeconds,
      burstSeconds,
      spreadSeconds,
      peakBytes: host.peakBytes(),
      bytes: (host.bytes - before) / spread,
    };
  } finally {
    await host.close();
  }
}

/** @param from which number the first one has */
async function runAll(host: BusyHost, instances: readonly object[], from: number): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: RUNNERS }, async () => {
    for (let i = next++; i < instances.length; i = next++) await host.run(`torchserve:${from + i}`, instances[i] ?? {});
  }));
}

/** Each second a part of them. */
async function spreadOut(host: BusyHost, instances: readonly object[]): Promise<void> {
  const part = Math.ceil(instances.length / INTERVAL_SECONDS);
  await Promise.all(Array.from({ length: INTERVAL_SECONDS }, async (_, second) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000 * second));
    await runAll(host, instances.slice(second * part, (second + 1) * part), second * part);
    await new Promise((resolve) => setTimeout(resolve, second === INTERVAL_SECONDS - 1 ? 900 : 0));
  }));
}

function targets({ reports, spreadSeconds, peakBytes }: Measured): Target[] {
  const cores = spreadSeconds / INTERVAL_SECONDS;
  return [{
    what: `${INSTANCES} instances every ${INTERVAL_SECONDS} s, ${reports}: processor`,
    wanted: `≤ ${WANTED_CORES} cores`,
    measured: `${digits(cores)} cores`,
    isMet: cores <= WANTED_CORES,
  }, {
    what: `${INSTANCES} instances every ${INTERVAL_SECONDS} s, ${reports}: peak memory`,
    wanted: `≤ ${megabytes(WANTED_BYTES)} MB`,
    measured: `${megabytes(peakBytes)} MB`,
    isMet: peakBytes <= WANTED_BYTES,
  }];
}
