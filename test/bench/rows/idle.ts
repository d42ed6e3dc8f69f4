import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench-context.ts';
import { startRun } from '../engine-run.ts';
import { makeFiles } from '../inputs.ts';
import { cpuSeconds, output, referenceCommand } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';

const WORKERS = 64;
const SECONDS = 30;
const QUICK_SECONDS = 5;
/** What starting the workers has stirred up has settled by then: V8 collects what is left of it some 8 s later, once (milliseconds). */
const SETTLE_MS = 12_000;
const WORKER_SECONDS = 300;
/** Of an idle Node with as many timers. */
const TARGET = 5;

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
  // At the same time, so that whatever disturbs the machine disturbs both; neither takes a hundredth of it.
  const timers = output(referenceCommand('timers', String(WORKERS), String(SETTLE_MS / 1000), String(seconds)));
  await sleep(SETTLE_MS);
  const before = cpuSeconds(run.pid);
  const from = performance.now();
  await sleep(seconds * 1000);
  const percent = ((cpuSeconds(run.pid) - before) * 1e5) / (performance.now() - from);
  const reference = { name: `an idle Node with ${WORKERS} timers of a second`, each: [Number(await timers)] };
  bench.doing('stopping them');
  await run.stop();
  const row = plainRow('idle', `idle: ${WORKERS} sleeping workers, engine CPU of one core`, {
    unit: '%',
    value: percent,
    note: `after ${SETTLE_MS / 1000} s of rest; within them the garbage of the start is collected`,
    raw: { percent: [percent] },
  });
  return [against(row, reference, TARGET)];
}
