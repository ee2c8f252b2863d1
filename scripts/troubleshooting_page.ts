import { type FindingId, type FindingKind, FINDINGS } from "../plugin/doctor/mod.ts";

/** What a person sees first, and what it may be; the words are those of tables, logs and callers. */
const SYMPTOMS: readonly (readonly [sign: string, causes: readonly FindingId[]])[] = [
  ["`connect`: ECONNREFUSED", ["stopped", "starting", "elsewhere", "loopback", "metrics_off"]],
  ["`connect`: no address, no route", ["unreachable"]],
  ["`timeout`", ["unreachable", "queue_full", "proxy"]],
  ["`tls`", ["tls"]],
  ["`auth`: Token Authorization failed", ["token_missing", "token_other", "shared_address"]],
  ["`auth`: token expired at ...", ["token_expired", "clock_skew"]],
  ["`auth`: the key file cannot be read", ["token_unreadable", "agent_user"]],
  ["`http` 404, 405 or a page of HTML", ["other_program", "shared_address", "proxy"]],
  ["`empty`: answered without any sample", ["metrics_in_logs"]],
  ["fewer metrics than expected", ["metrics_legacy", "metrics_in_logs"]],
  ["no metrics although the run is well", ["logs_silent", "logs_moved", "logs_full"]],
  ["`config`", ["configuration"]],
  ["a model is CRITICAL", ["handler_raises", "worker_killed", "worker_stuck", "no_workers"]],
  ["predictions are answered with 503", ["no_workers", "queue_full"]],
  ["predictions are answered with 500 or 507", ["predictions_fail", "worker_killed", "memory_low"]],
  ["predictions are slow", ["batch_delay", "queue_full", "gpu_unused"]],
];

/** `docs/troubleshooting.md`, made of the table of the doctor's findings. */
export function troubleshootingPage(note: string): string {
  const kinds = Object.entries(FINDINGS).filter(([, { remedy }]) => remedy !== "");
  return `# Troubleshooting

${note}

[\`torchserve-check doctor\`](doctor.md) looks for all of these, and names the cause first:

\`\`\`console
$ torchserve-check doctor conf.yaml
\`\`\`

Its findings are the chapters of this page, causes before what follows of them. \`torchserve-check conf.yaml --log-level debug\`
says step by step what is asked and answered.

## What you see

| you see | it may be |
| --- | --- |
${SYMPTOMS.map(([sign, causes]) => `| ${sign} | ${causes.map(link).join("; ")} |`).join("\n")}
| \`limit\`: models: limit 100, seen 105 | more models than [\`limit\`](options.md#limit): raise it |
| a model \`was skipped\` ... 404, with \`/\` in its name | TorchServe cannot describe such a model: register it under another name |

${kinds.map(([id, kind]) => section(id, kind)).join("\n")}`;
}

function section(id: string, { title, meaning, remedy }: FindingKind): string {
  return `## ${title}

*\`${id}\` in \`doctor --format json\`*

${meaning}

**What to do:** ${remedy}
`;
}

function link(id: FindingId): string {
  const { title } = FINDINGS[id];
  return `[${title}](#${title.toLowerCase().replace(/[^\w\s-]/g, "").replaceAll(" ", "-")})`;
}
