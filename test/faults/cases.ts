import type { Dispatch } from '../../shared/pipeline/pipeline.ts';
import type { Fault, Schedule, Step } from './schedule.ts';

const CALM: Schedule = {
  seed: 0,
  name: null,
  dispatch: 'queue',
  workers: 2,
  retries: 1,
  reports: true,
  onTerm: 'default',
  front: 'headless',
  smallDisk: false,
  items: Array.from({ length: 8 }, () => ({ milliseconds: 150, fails: 0, how: 'exit', lines: 0 })),
  steps: [],
};
/** Items are left when the disk has been looked at, which takes a second. */
const SLOW: Schedule = { ...CALM, items: CALM.items.map((item) => ({ ...item, milliseconds: 700 })) };
/** The same where no start leads to a look: the next one comes up to five seconds later. */
const LONG: Schedule = { ...SLOW, items: [...SLOW.items, ...SLOW.items, ...SLOW.items] };
/** Long enough for every worker to have an item, short enough for some to be left. */
const UNDER_WAY_MS = 250;

/** One fault each, in the middle of a run: what the table of faults in docs/reliability.md names as its proof. */
const STEPS: Readonly<Record<string, Schedule>> = {
  'kill -9 of the engine': { ...CALM, steps: after(killEngine()) },
  'kill -9 of drover run in the foreground': { ...CALM, front: 'command', steps: after(killEngine()) },
  'kill -9 of the engine, and a stop before anybody resumes': {
    ...CALM,
    onTerm: 'ignore',
    steps: after(killEngine({ recovery: 'stop' })),
  },
  'kill -9 of the engine, and two that resume at once': { ...CALM, steps: after(killEngine({ recovery: 'race' })) },
  'kill -9 of a launcher': { ...CALM, steps: after({ kind: 'kill-launcher', victim: 0 }) },
  'kill -9 of a launcher, then of the engine': {
    ...CALM,
    steps: after({ kind: 'kill-launcher', victim: 1 }, killEngine()),
  },
  'kill -9 of a worker': { ...CALM, steps: after({ kind: 'kill-worker', victim: 0 }) },
  'kill -9 of a worker’s child': { ...CALM, steps: after({ kind: 'kill-child', victim: 0 }) },
  'kill -9 of a worker’s child in a list': {
    ...CALM,
    dispatch: 'list',
    steps: after({ kind: 'kill-child', victim: 0 }),
  },
  'kill -9 of the process that starts workers': {
    ...CALM,
    dispatch: 'each',
    steps: after({ kind: 'kill-helper', victim: 0 }),
  },
  'kill -9 of all workers at once': { ...CALM, steps: after({ kind: 'kill-all-workers' }) },
  'an engine that hangs': { ...CALM, steps: after({ kind: 'freeze-engine', victim: 0, pause: 300 }) },
  'a stop of workers that ignore SIGTERM': {
    ...CALM,
    onTerm: 'ignore',
    steps: after({ kind: 'stop', force: false, again: false }),
  },
  'a stop in whose grace workers of a queue finish': finishesInGrace('queue'),
  'a stop in whose grace workers of a list finish': finishesInGrace('list'),
  'a stop in whose grace workers of one item each finish': finishesInGrace('each'),
  'a standard output that takes nothing': { ...CALM, steps: after({ kind: 'full-output' }) },
  'a torn line in the journal': { ...CALM, steps: after(killEngine({ tear: 'journal' })) },
  'a power cut': { ...CALM, steps: after({ kind: 'power-loss', cut: 0.6 }) },
  'a clock that is set back': { ...CALM, steps: after({ kind: 'clock-jump', hours: -48 }) },
  'a clock that is set forward': { ...CALM, steps: after({ kind: 'clock-jump', hours: 48 }) },
  'a process number that a stranger has now': { ...CALM, steps: after({ kind: 'stranger', victim: 1 }) },
  'another engine that wants the run': { ...CALM, steps: after({ kind: 'contend' }) },
  'packing, and two that resume meanwhile': {
    ...CALM,
    steps: after({ kind: 'file-work', work: 'pack', kill: false, pause: 300 }),
  },
  'packing that is killed, and two that resume': {
    ...CALM,
    steps: after({ kind: 'file-work', work: 'pack', kill: true, pause: 450 }),
  },
  'unpacking, and two that resume meanwhile': {
    ...CALM,
    steps: after({ kind: 'file-work', work: 'unpack', kill: false, pause: 300 }),
  },
  'an engine in a container that is killed': { ...CALM, steps: after({ kind: 'container', pause: 300 }) },
  'a full disk': {
    ...CALM,
    smallDisk: true,
    steps: after({ kind: 'disk-full', pause: 400, killEngine: false }),
  },
  'a full disk, and kill -9 of the engine': {
    ...CALM,
    smallDisk: true,
    steps: after({ kind: 'disk-full', pause: 200, killEngine: true }),
  },
  'a disk that is nearly full': {
    ...LONG,
    smallDisk: true,
    steps: after({ kind: 'disk-low', pause: 200, killEngine: false }),
  },
  'a disk that is nearly full, and kill -9 of the engine': {
    ...SLOW,
    dispatch: 'each',
    smallDisk: true,
    steps: after({ kind: 'disk-low', pause: 200, killEngine: true }),
  },
  'a read-only disk': { ...CALM, smallDisk: true, steps: after({ kind: 'read-only' }) },
};

/** The cases by name. */
export const CASES: ReadonlyMap<string, Schedule> = new Map(
  Object.entries(STEPS).map(([name, schedule]) => [name, { ...schedule, name }]),
);

function killEngine(more: Partial<Extract<Fault, { kind: 'kill-engine' }>> = {}): Fault {
  return { kind: 'kill-engine', recovery: 'resume', tear: 'none', pause: 0, cut: 0.5, ...more };
}

/** Two stops, each while items are in work that are done before the grace is over. */
function finishesInGrace(dispatch: Dispatch): Schedule {
  const stop: Fault = { kind: 'stop', force: false, again: false };
  return { ...CALM, dispatch, onTerm: 'finish', steps: after(stop, stop) };
}

function after(...faults: Fault[]): Step[] {
  return faults.map((fault) => ({ wait: UNDER_WAY_MS, fault }));
}
