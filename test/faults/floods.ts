import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { workerLog } from '../../electron/engine/run-directory/paths.ts';
import { totalCounts } from '../../shared/run/run-state.ts';
import { until } from '../helpers/until.ts';
import { type FloodRequest, FloodRun, peakMegabytes, peakUntilEnd, STOP_GRACE_MS } from './flood-run.ts';

/** The engine may not need more than this, whatever comes (megabytes). */
const MEMORY_LIMIT_MB = 600;

/** What came of a flood. */
interface FloodResult {
  violations: string[];
  /** What was measured, in words. */
  figures: string;
}

/** Much of one thing. */
export interface Flood {
  name: string;
  play: (full: boolean) => Promise<FloodResult>;
}

/** All floods; the second size is for the full suite. */
export const FLOODS: readonly Flood[] = [
  flood('64 workers', [{ what: 'queue', amount: 0, items: 640, workers: 64 }, { items: 64_000 }]),
  flood('a burst of log', [{ what: 'lines', amount: 50e6, items: 2, workers: 2 }, { amount: 5e9 }]),
  flood('one endless line', [{ what: 'line', amount: 50e6, items: 1, workers: 1 }, { amount: 5e9 }]),
  flood('items with warnings, and reports as fast as they can be written', [
    { what: 'items', amount: 250, items: 10_000, workers: 4 },
    { amount: 25_000, items: 1_000_000 },
  ]),
  flood(
    'warnings of one kind',
    [{ what: 'warnings', amount: 20_000, items: 1, workers: 1 }, { amount: 100_000 }],
    folded,
  ),
  { name: 'a viewer that never reads', play: playUnreadViewer },
  { name: 'kill -9 of the engine with 8 workers', play: playCrash },
  { name: 'a stop of three levels of processes that ignore SIGTERM', play: playStop },
];

function flood(
  name: string,
  [small, large]: [FloodRequest, Partial<FloodRequest>],
  check: (run: FloodRun, request: FloodRequest) => string[] = () => [],
): Flood {
  const play = (full: boolean): Promise<FloodResult> => {
    const request = full ? { ...small, ...large } : small;
    return within(request, async (run) => {
      const started = performance.now();
      const { status, megabytes } = await peakUntilEnd(run.start());
      const seconds = (performance.now() - started) / 1000;
      const amount = request.amount > 0 ? `, ${request.amount} each` : '';
      return {
        violations: [...endsWell(run, request, status), ...fitsMemory(megabytes), ...check(run, request)],
        figures: `${request.items} items, ${request.workers} workers${amount}: ${seconds.toFixed(1)} s, engine's peak ${megabytes} MB`,
      };
    });
  };
  return { name, play };
}

async function within(request: FloodRequest, play: (run: FloodRun) => Promise<FloodResult>): Promise<FloodResult> {
  const run = new FloodRun(request);
  try {
    return await play(run);
  } finally {
    await run.end();
  }
}

function endsWell(run: FloodRun, request: FloodRequest, status: number | null): string[] {
  const { total, complete } = totalCounts(run.state());
  const isWhole = status === 0 && total === request.items && complete === total;
  const printed = request.what === 'lines' || request.what === 'line';
  const lacking = Array.from({ length: printed ? request.workers : 0 }, (_, rank) => rank).filter(
    (rank) => statSync(workerLog(run.directory, 1, rank)).size < request.amount,
  );
  return [
    ...(isWhole ? [] : [`status ${status}, ${complete} of ${total} items complete`]),
    ...lacking.map((rank) => `the log of worker ${rank} is not whole`),
  ];
}

function fitsMemory(megabytes: number): string[] {
  return megabytes <= MEMORY_LIMIT_MB ? [] : [`the engine needed ${megabytes} MB, more than ${MEMORY_LIMIT_MB}`];
}

/** All warnings are one line of the summary, with their count. */
function folded(run: FloodRun, { amount }: FloodRequest): string[] {
  const lines = run.text('logs_summary.txt').split('\n');
  const told = lines.filter((line) => line.startsWith('warning '));
  const count = told[0]?.startsWith(`warning ${amount.toLocaleString('en')} × `);
  return told.length === 1 && count === true ? [] : [`the warnings are not folded into one: ${told.join(' / ')}`];
}

/** Who follows a log and does not read holds up neither the worker nor the engine, and does not grow. */
async function playUnreadViewer(full: boolean): Promise<FloodResult> {
  const request: FloodRequest = { what: 'bursts', amount: full ? 100e6 : 2e6, items: 1, workers: 1 };
  return within(request, async (run) => {
    const engine = run.start();
    await until(() => (statSync(workerLog(run.directory, 1, 0), { throwIfNoEntry: false })?.size ?? 0) > 0);
    const viewer = run.unread('logs', 'last', '--follow', '--tail', 'all');
    const { status, megabytes } = await peakUntilEnd(engine);
    const viewerMegabytes = peakMegabytes(viewer.pid ?? 0);
    const waits = viewer.exitCode === null ? [] : ['the viewer has ended: it was read, or failed'];
    return {
      violations: [
        ...endsWell(run, request, status),
        ...fitsMemory(megabytes),
        ...fitsMemory(viewerMegabytes),
        ...waits,
      ],
      figures: `20 bursts of ${request.amount} bytes: engine's peak ${megabytes} MB, viewer's ${viewerMegabytes} MB`,
    };
  });
}

/** The next start shows the run as it is at once, and nothing is run again. */
async function playCrash(full: boolean): Promise<FloodResult> {
  const request: FloodRequest = { what: 'queue', amount: full ? 0.02 : 0, items: full ? 10_000 : 1_000, workers: 8 };
  return within(request, async (run) => {
    const engine = run.start();
    await run.untilDone(request.items / 10);
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    const started = performance.now();
    const [status] = await once(run.drover('status', 'last', '--json'), 'exit');
    const seconds = (performance.now() - started) / 1000;
    const empty = await emptyProgram();
    const { status: end } = await peakUntilEnd(run.drover('resume', 'last', '--json'));
    const done = run.done();
    const again = done.length - new Set(done).size;
    return {
      violations: [
        ...(status === 0 ? [] : [`drover status ended with ${status}`]),
        ...endsWell(run, request, end),
        ...(again === 0 ? [] : [`${again} items were done twice`]),
      ],
      figures: `${request.items} items: shown by the next process after ${seconds.toFixed(2)} s (${(seconds / empty).toFixed(1)} × an empty Node program), ${again} items done twice`,
    };
  });
}

async function playStop(): Promise<FloodResult> {
  return within({ what: 'tree', amount: 0, items: 1, workers: 1 }, async (run) => {
    const engine = run.start();
    // Worker, its child and its grandchild, each with a sleep.
    await until(() => run.processes().length >= 7, 'three levels of processes');
    const started = performance.now();
    const stop = run.drover('stop', 'last');
    await once(stop, 'exit');
    if (engine.exitCode === null) await once(engine, 'exit');
    const seconds = (performance.now() - started) / 1000;
    const left = run.processes().length;
    const beyond = (seconds - STOP_GRACE_MS / 1000) / (await emptyProgram());
    return {
      violations: left === 0 ? [] : [`${left} processes are left`],
      figures: `ended after ${seconds.toFixed(2)} s with a grace of ${STOP_GRACE_MS / 1000} s (beyond it ${beyond.toFixed(1)} × an empty Node program), ${left} left`,
    };
  });
}

/** What these times are held against, as they are mostly starts of programs. @returns seconds */
async function emptyProgram(): Promise<number> {
  const from = performance.now();
  await once(spawn(process.execPath, ['-e', '0']), 'exit');
  return (performance.now() - from) / 1000;
}
