import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench-context.ts';
import { startRun } from '../engine-run.ts';
import { makeFiles } from '../inputs.ts';
import { cpuSeconds } from '../processes.ts';
import type { Group, Row } from '../row.ts';

const WORKERS = 64;
const SECONDS = 30;
const QUICK_SECONDS = 5;
/** What starting the workers has stirred up has settled by then: V8 collects what is left of it some 8 s later, once (milliseconds). */
const SETTLE_MS = 12_000;
const WORKER_SECONDS = 300;
const TARGET_PERCENT = 0.5;

/** What the engine takes while its workers have nothing to say. */
export const idle: Group = { name: 'idle', about: '64 sleeping workers, engine CPU', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const seconds = bench.quick ? QUICK_SECONDS : SECONDS;
  const input = bench.folder('sleepers');
  makeFiles(input, WORKERS);
  const home = bench.folder('idle');
  bench.doing(`${WORKERS} sleeping workers for ${seconds} s`);
  const parameters = { seconds: WORKER_SECONDS };
  const run = startRun(bench, { pipeline: 'bench-sleep', input, slots: WORKERS, parameters, home });
  await run.journaled('"type":"worker-running"', WORKERS);
  await sleep(SETTLE_MS);
  const before = cpuSeconds(run.pid);
  const from = performance.now();
  await sleep(seconds * 1000);
  const percent = ((cpuSeconds(run.pid) - before) * 1e5) / (performance.now() - from);
  bench.doing('stopping them');
  await run.stop();
  return [
    {
      id: 'idle',
      title: `idle: ${WORKERS} sleeping workers, engine CPU of one core`,
      unit: '%',
      ours: percent,
      reference: null,
      value: percent,
      valueUnit: '%',
      target: TARGET_PERCENT,
      note: `after ${SETTLE_MS / 1000} s of rest; within them the garbage of the start is collected`,
      raw: { percent: [percent] },
    },
  ];
}
