import type { Answer, Block, Case } from "./case.ts";

/** Most cases that are tried for one reproducer. */
const MAX_TRIES = 400;

/**
 * Makes a failing case smaller as long as it fails: fewer scrapes, families, samples, labels, options, list items.
 *
 * @param fails whether a smaller case shows a difference as well
 */
export async function shrink(made: Case, fails: (smaller: Case) => Promise<boolean>): Promise<Case> {
  let smallest: Case = made.mode === "process" ? { ...made, mode: "handed" } : made;
  if (smallest !== made && !await fails(smallest)) smallest = made;
  let tries = 0;
  for (let progress = true; progress && tries < MAX_TRIES;) {
    progress = false;
    for (const smaller of reductions(smallest)) {
      if (++tries > MAX_TRIES) break;
      if (!await fails(smaller)) continue;
      smallest = smaller;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** Smaller cases, those that take away the most first. */
function* reductions(made: Case): Generator<Case> {
  const { scrapes, instance } = made;
  for (let k = scrapes.length - 1; k >= 0 && scrapes.length > 1; k--) {
    yield { ...made, scrapes: scrapes.filter((_, i) => i !== k) };
  }
  for (const name of Object.keys(instance)) {
    const { [name]: _, ...others } = instance;
    yield { ...made, instance: others };
  }
  for (const [name, value] of Object.entries(instance)) {
    if (!Array.isArray(value) || value.length < 2) continue;
    for (let i = 0; i < value.length; i++) {
      yield { ...made, instance: { ...instance, [name]: value.filter((_, k) => k !== i) } };
    }
  }
  for (const [k, scrape] of scrapes.entries()) {
    if (scrape.kind !== "answer") continue;
    for (const answer of smallerAnswers(scrape)) yield { ...made, scrapes: scrapes.with(k, answer) };
  }
}

function* smallerAnswers(answer: Answer): Generator<Answer> {
  const { blocks } = answer;
  for (let i = 0; i < blocks.length; i++) yield { ...answer, blocks: blocks.filter((_, k) => k !== i) };
  if (answer.odd) yield { ...answer, odd: false };
  if (answer.chunked) yield { ...answer, chunked: false };
  if (answer.lineEnd !== "\n") yield { ...answer, lineEnd: "\n" };
  for (const [i, block] of blocks.entries()) {
    for (const smaller of smallerBlocks(block)) yield { ...answer, blocks: blocks.with(i, smaller) };
  }
}

function* smallerBlocks(block: Block): Generator<Block> {
  if (block.kind !== "family") return;
  const { samples } = block;
  for (let i = 0; i < samples.length; i++) yield { ...block, samples: samples.filter((_, k) => k !== i) };
  const names = new Set(samples.flatMap(({ labels }) => labels.map(([name]) => name)));
  for (const name of names) {
    if (name === "le" || name === "quantile") continue;
    yield {
      ...block,
      samples: samples.map((sample) => ({ ...sample, labels: sample.labels.filter(([label]) => label !== name) })),
    };
  }
  if (samples.some(({ timestamp, exemplar }) => timestamp !== undefined || exemplar !== undefined)) {
    yield { ...block, samples: samples.map(({ suffix, labels, value }) => ({ suffix, labels, value })) };
  }
}
