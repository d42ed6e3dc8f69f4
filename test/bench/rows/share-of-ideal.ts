import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunStatusDocument } from '../../../shared/run/run-status.ts';
import { lognormal } from '../../helpers/lognormal.ts';
import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment, startRun } from '../engine-run.ts';
import { output } from '../processes.ts';
import type { Group, Row } from '../row.ts';

const SLOTS = 8;
const FILES = 1_000;
const QUICK_FILES = 100;
/** Spread of the files, as the standard deviation of the logarithm, and the wait for a middling one (milliseconds). */
const SIZE_SIGMA = 1;
const MIDDLE_MS = 250;
const SEED = 17;
/** What may be lost of the time of all slots. */
const LOST_TARGET = 0.02;

/** How much of the time of all workers is spent at work, by a real engine with real workers. */
export const shareOfIdeal: Group = {
  name: 'share-of-ideal',
  about: 'share of ideal of 1,000 uneven files that are waited for, queue, 8 slots',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const files = bench.quick ? QUICK_FILES : FILES;
  const input = bench.folder('uneven');
  makeFiles(input, files);
  const home = bench.folder('share');
  bench.doing(`${files} files on ${SLOTS} slots`);
  const run = startRun(bench, { pipeline: 'bench-wait', input, slots: SLOTS, home });
  const status = await run.ended;
  if (status !== 0) throw new Error(`drover run ended with ${status}: ${run.messages()}`);
  const told = await output(droverCommand(bench, 'status', 'last', '--json'), { env: homeEnvironment(home) });
  const [step] = (JSON.parse(told) as RunStatusDocument).steps;
  const share = step?.share_of_ideal ?? Number.NaN;
  const { load = 0, imbalance = 0, waiting = 0 } = step?.losses ?? {};
  const percent = (part: number): string => `${(part * 100).toFixed(2)} %`;
  return [
    {
      id: 'share-of-ideal',
      title: `${files} uneven files that are waited for, queue, ${SLOTS} slots: share of the slots’ time lost`,
      unit: '',
      ours: 1 - share,
      reference: { name: 'the time of all slots', value: 1 },
      value: 1 - share,
      valueUnit: '',
      ratio: 1 - share,
      target: LOST_TARGET,
      note: `share of ideal ${share.toFixed(4)}; start of the workers ${percent(load)}, imbalance ${percent(imbalance)}, waiting ${percent(waiting)}; ${step?.makespan_seconds?.toFixed(1) ?? '-'} s`,
      raw: { share: [share], load: [load], imbalance: [imbalance], waiting: [waiting] },
    },
  ];
}

/** A file of so many bytes is waited for so many milliseconds: its size is its cost. */
function makeFiles(folder: string, files: number): void {
  mkdirSync(folder, { recursive: true });
  lognormal(files, SIZE_SIGMA, SEED).forEach((factor, index) => {
    const bytes = Math.max(1, Math.round(factor * MIDDLE_MS));
    writeFileSync(join(folder, `${String(index).padStart(4, '0')}.txt`), 'x'.repeat(bytes));
  });
}
