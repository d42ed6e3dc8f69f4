import type { Dispatch } from '../../shared/pipeline/pipeline.ts';
import { Random } from './random.ts';

/** How a try at an item goes wrong by itself. */
type Failing = 'exit' | 'report' | 'signal' | 'missing' | 'space';

/** What an item does; the worker reads it from the first line of its file. */
interface ItemScript {
  milliseconds: number;
  /** Tries that fail; more than anybody grants for an item that never succeeds. */
  fails: number;
  how: Failing;
  /** Lines that it prints at once. */
  lines: number;
}

/** What happens to a run after a crash. */
export type Recovery = 'resume' | 'race' | 'stop';

/** Which file loses its end, as a full disk or a power cut leaves it. */
type Tear = 'none' | 'journal' | 'records';

/** What a worker does that is asked to end: it ends, goes on as if nothing were, or brings its item to an end and leaves. */
type OnTerm = 'default' | 'ignore' | 'finish';

/** One thing that goes wrong. `victim` picks among those that live then. */
export type Fault =
  | { kind: 'kill-engine'; recovery: Recovery; tear: Tear; pause: number; cut: number }
  | { kind: 'kill-launcher' | 'kill-worker' | 'kill-child' | 'kill-helper'; victim: number }
  | { kind: 'kill-all-workers' }
  | { kind: 'freeze-engine' | 'freeze-worker'; victim: number; pause: number }
  | { kind: 'stop'; force: boolean; again: boolean }
  | { kind: 'contend' }
  | { kind: 'power-loss'; cut: number }
  | { kind: 'clock-jump'; hours: number }
  | { kind: 'stranger'; victim: number }
  | { kind: 'disk-full'; pause: number; killEngine: boolean }
  | { kind: 'disk-low'; pause: number; killEngine: boolean }
  | { kind: 'read-only' }
  | { kind: 'file-work'; work: 'pack' | 'unpack' | 'reconcile'; kill: boolean; pause: number }
  | { kind: 'container'; pause: number }
  | { kind: 'full-output' };

export interface Step {
  /** Milliseconds before it. */
  wait: number;
  fault: Fault;
}

/** Everything that a seed decides. Moments are drawn too, but what the machine does between them is its own. */
export interface Schedule {
  seed: number;
  /** What a case is called that no seed decides; null for a seed's. */
  name: string | null;
  dispatch: Dispatch;
  workers: number;
  retries: number;
  /** Whether the program reports; one that does not is judged by its exit and its outputs. */
  reports: boolean;
  onTerm: OnTerm;
  /** Whether `drover run` in the foreground starts the run, or a launch with a headless engine. */
  front: 'command' | 'headless';
  /** Whether the data folder lies on a small disk of its own. */
  smallDisk: boolean;
  items: ItemScript[];
  steps: Step[];
}

/** More tries than any number of resumes grants. */
export const ALWAYS = 1_000;
/** Every so many seeds nothing goes wrong: the checks must hold for an undisturbed run too. */
const CALM_EVERY = 25;
const SMALL_DISK_SHARE = 0.08;

const SMALL_FAULTS = ['kill-launcher', 'kill-worker', 'kill-worker', 'kill-child', 'kill-helper'] as const;
const OTHER_FAULTS = [
  'kill-engine',
  'kill-engine',
  'kill-engine',
  'kill-all-workers',
  'freeze-engine',
  'freeze-worker',
  'stop',
  'stop',
  'contend',
  'power-loss',
  'clock-jump',
  'stranger',
  'file-work',
  'file-work',
  'container',
  'full-output',
] as const;

/** The schedule of a seed. */
export function makeSchedule(seed: number): Schedule {
  const random = new Random(seed);
  const dispatch: Dispatch = random.pick(['queue', 'list', 'each']);
  // A queue worker says by its reports that it is free.
  const reports = dispatch === 'queue' || random.chance(dispatch === 'list' ? 0.8 : 0.6);
  const retries = random.whole(0, 2);
  const smallDisk = random.chance(SMALL_DISK_SHARE);
  const workers = random.chance(0.2) ? random.whole(5, 8) : random.whole(1, 4);
  // One process that goes through its files in silence does not say which one it failed at.
  const mayFail = reports || dispatch === 'each';
  const items = Array.from({ length: random.whole(4, 8 + workers) }, () => makeItem(random, mayFail, reports));
  const calm = seed % CALM_EVERY === 0;
  const count = calm ? 0 : random.whole(1, 5);
  return {
    seed,
    name: null,
    dispatch,
    workers,
    retries,
    reports,
    onTerm: makeOnTerm(random.next()),
    front: random.chance(0.25) ? 'command' : 'headless',
    smallDisk: smallDisk && !calm,
    items,
    steps: Array.from({ length: count }, () => makeStep(random, smallDisk)),
  };
}

function makeOnTerm(fate: number): OnTerm {
  if (fate < 0.2) return 'ignore';
  return fate < 0.5 ? 'finish' : 'default';
}

function makeItem(random: Random, mayFail: boolean, reports: boolean): ItemScript {
  const fate = mayFail ? random.next() : 1;
  return {
    milliseconds: random.chance(0.1) ? random.whole(100, 300) : random.whole(5, 90),
    fails: fate < 0.04 ? ALWAYS : fate < 0.16 ? random.whole(1, 2) : 0,
    how: reports ? random.pick(['exit', 'report', 'signal', 'missing', 'space']) : random.pick(['exit', 'signal']),
    lines: random.chance(0.1) ? random.whole(100, 20_000) : 0,
  };
}

function makeStep(random: Random, smallDisk: boolean): Step {
  return { wait: random.whole(0, random.chance(0.2) ? 700 : 250), fault: makeFault(random, smallDisk) };
}

function makeFault(random: Random, smallDisk: boolean): Fault {
  if (smallDisk && random.chance(0.5)) {
    if (random.chance(0.3)) return { kind: 'read-only' };
    return { kind: 'disk-full', pause: random.whole(50, 600), killEngine: random.chance(0.3) };
  }
  if (random.chance(0.35)) return { kind: random.pick(SMALL_FAULTS), victim: random.whole(0, 63) };
  const kind = random.pick(OTHER_FAULTS);
  switch (kind) {
    case 'kill-engine':
      return {
        kind,
        recovery: random.pick(['resume', 'resume', 'resume', 'race', 'stop']),
        tear: random.pick(['none', 'none', 'journal', 'records']),
        pause: random.chance(0.4) ? random.whole(20, 300) : 0,
        cut: random.next(),
      };
    case 'freeze-engine':
    case 'freeze-worker':
      return { kind, victim: random.whole(0, 63), pause: random.whole(50, 400) };
    case 'stop':
      return { kind, force: random.chance(0.4), again: random.chance(0.3) };
    case 'power-loss':
      return { kind, cut: random.next() };
    case 'clock-jump':
      return { kind, hours: random.pick([-48, -1, 1, 48]) };
    case 'stranger':
      return { kind, victim: random.whole(0, 63) };
    case 'file-work':
      return {
        kind,
        work: random.pick(['pack', 'pack', 'unpack', 'reconcile']),
        kill: random.chance(0.3),
        pause: random.whole(0, 600),
      };
    case 'container':
      return { kind, pause: random.whole(0, 500) };
    case 'contend':
    case 'kill-all-workers':
    case 'full-output':
      return { kind };
  }
}

/** What a person calls a schedule. */
export function nameOf({ name, seed }: Schedule): string {
  return name ?? `seed ${seed}`;
}

/** The options that play a schedule again. */
export function optionsFor({ name, seed }: Schedule): [option: string, value: string] {
  return name === null ? ['--seed', String(seed)] : ['--case', name];
}

const ON_TERM: Readonly<Record<OnTerm, string>> = {
  default: '',
  ignore: 'ignores SIGTERM, ',
  finish: 'finishes its item on SIGTERM, ',
};

/** A schedule in lines for a person. */
export function describeSchedule(schedule: Schedule): string[] {
  const { dispatch, workers, retries, reports, onTerm, front, smallDisk, items, steps } = schedule;
  return [
    `${nameOf(schedule)}: ${dispatch}, ${workers} workers, ${retries} retries, ${reports ? 'reports' : 'silent'}, ` +
      `${ON_TERM[onTerm]}${front}${smallDisk ? ', small disk' : ''}`,
    ...items.map(
      ({ milliseconds, fails, how, lines }, index) =>
        `  item ${index}: ${milliseconds} ms${fails > 0 ? `, ${fails === ALWAYS ? 'always' : fails} × ${how}` : ''}${lines > 0 ? `, ${lines} lines` : ''}`,
    ),
    ...steps.map(({ wait, fault }) => `  after ${wait} ms: ${JSON.stringify(fault)}`),
  ];
}
