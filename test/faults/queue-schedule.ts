import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdsOfLeases } from '../../electron/engine/leases/device-use.ts';
import { planQueue } from '../../shared/run/device-queue.ts';
import type { RunEvent } from '../../shared/run/run-events.ts';
import { patience, slowness } from '../helpers/patience.ts';
import { type CommandEnd, QueueScene } from './queue-scene.ts';
import { Random } from './random.ts';

/** No run waits longer than this beside free cards (milliseconds, on an idle machine). */
const LONGEST_IDLE_MS = 5_000;
const LOOK_MS = 200;

/** All runs of a schedule have ended by then (milliseconds, on an idle machine). */
const LONGEST_END_MS = 60_000;

/** What a schedule found. */
export interface QueueResult {
  seed: number;
  /** What was done, in order. */
  actions: string[];
  /** What was wrong; empty when nothing was. */
  violations: string[];
  areUsers: boolean;
}

/** Plays one schedule: two people start, move and stop runs on two cards, engines are killed, and others use the cards. */
export async function playQueueSchedule(seed: number, cli: string): Promise<QueueResult> {
  const random = new Random(seed);
  const scene = new QueueScene(cli);
  const actions: string[] = [];
  const violations: string[] = [];
  const watch = watchIdleCards(scene, violations);
  const stopped = new Set<string>();
  try {
    const count = random.whole(8, 14);
    for (let index = 0; index < count; index += 1) {
      actions.push(await act(scene, random, { index, stopped, violations }));
      await sleep(random.whole(0, 800));
    }
    for (const card of [0, 1] as const) scene.stranger(card, false);
    // Whoever looks at the queue gives waiting runs an engine whose keeper was killed with it.
    for (const person of [0, 1] as const) await scene.drover(person, 'queue');
    await untilOver(scene, violations);
    await watch.end();
    judge(scene, stopped, violations);
    return { seed, actions, violations, areUsers: scene.areUsers };
  } finally {
    await watch.end();
    if (violations.length === 0) scene.remove();
  }
}

interface Course {
  index: number;
  stopped: Set<string>;
  violations: string[];
}

async function act(scene: QueueScene, random: Random, course: Course): Promise<string> {
  const person = random.pick([0, 1]);
  const active = scene.runs().filter(({ directory }) => scene.state(directory).ended === null);
  const [chosen] = active.length === 0 ? [] : [active[random.whole(0, active.length - 1)]];
  const dice = random.next();
  if (dice < 0.45 || chosen === undefined) return startRun(scene, random, { ...course, person });
  if (dice < 0.65) {
    const andKeeper = random.chance(0.2);
    const was = scene.killEngine(chosen.directory, chosen.run, andKeeper);
    return was ? `kill ${andKeeper ? 'engine and keeper' : 'engine'} of ${chosen.run}` : 'no engine to kill';
  }
  if (dice < 0.8) {
    const place = random.pick(['first', 'last']);
    const { status } = await scene.drover(chosen.person, 'queue', 'move', chosen.run, place);
    return `move ${chosen.run} ${place}: ${status}`;
  }
  if (dice < 0.87) {
    course.stopped.add(chosen.run);
    const { status } = await scene.drover(chosen.person, 'stop', chosen.run);
    return `stop ${chosen.run}: ${status}`;
  }
  const card = random.pick([0, 1]);
  const isThere = random.chance(0.5);
  scene.stranger(card, isThere);
  return `stranger ${isThere ? 'on' : 'off'} card ${card}`;
}

async function startRun(scene: QueueScene, random: Random, course: Course & { person: 0 | 1 }): Promise<string> {
  const seconds = Array.from({ length: random.whole(1, 3) }, () => random.whole(1, 9) / 10);
  const inputs = scene.inputs(`run${course.index}`, seconds);
  const devices = random.pick<readonly string[]>([['-d', '0'], ['-d', '1'], ['-d', '0,1'], []]);
  const begin = random.pick<readonly string[]>([['--when-free'], ['--when-free'], ['--when-free', '1'], []]);
  const args = ['run', '-p', scene.pipeline, '-i', inputs, ...devices, ...begin, '--detach'];
  const end = await scene.drover(course.person, ...args);
  const isRefused = end.status === 2 && end.stderr.includes('is used by run') && begin.length === 0;
  if (end.status !== 0 && !isRefused) course.violations.push(`a start ended with ${end.status}: ${end.stderr}`);
  return `person ${course.person}: ${args.slice(5).join(' ')} of ${seconds.join(', ')} s: ${outcome(end)}`;
}

function outcome({ status, stdout }: CommandEnd): string {
  return status === 0 ? stdout.trim() : 'refused';
}

/** Watches for runs that could begin and do not. */
function watchIdleCards(scene: QueueScene, violations: string[]): { end: () => Promise<void> } {
  const since = new Map<string, number>();
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      for (const run of startable(scene)) {
        const begun = since.get(run) ?? performance.now();
        since.set(run, begun);
        if (performance.now() - begun > LONGEST_IDLE_MS * slowness() * 2)
          violations.push(`run ${run} waited for more than ${LONGEST_IDLE_MS} ms although its cards were free`);
      }
      const now = new Set(startable(scene));
      for (const run of since.keys()) if (!now.has(run)) since.delete(run);
      if (violations.length > 0) break;
      await sleep(LOOK_MS);
    }
  })();
  return {
    async end() {
      isOver = true;
      await watching;
    },
  };
}

function startable(scene: QueueScene): string[] {
  const { leases, waiting } = scene.view();
  const holds = holdsOfLeases(leases, null);
  const strangers = waiting.flatMap(({ devices }) =>
    devices.filter(({ uuid }) => scene.hasStranger(uuid)).map((device) => ({ device, why: 'a stranger', until: null })),
  );
  return planQueue(waiting, () => [...holds, ...strangers], Date.now())
    .filter(({ start }) => start !== null)
    .map(({ run }) => run);
}

async function untilOver(scene: QueueScene, violations: string[]): Promise<void> {
  const begun = performance.now();
  while (scene.runs().some(({ directory }) => scene.state(directory).ended === null) || scene.processes().length > 0) {
    if (performance.now() - begun > patience(LONGEST_END_MS)) {
      violations.push('not all runs ended');
      return;
    }
    // A run that was not queued has no keeper: its engine was killed for good, and a person goes on with it.
    for (const { person, run } of interrupted(scene))
      await scene.drover(person, 'resume', run, '--when-free', '--detach');
    await sleep(LOOK_MS);
  }
}

function interrupted(scene: QueueScene) {
  const alive = new Set(scene.processes());
  return scene.runs().filter(({ directory, run }) => {
    const state = scene.state(directory);
    if (state.ended !== null || state.status === 'queued') return false;
    return ![...alive].some((pid) => argumentsOf(pid).includes(run));
  });
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function judge(scene: QueueScene, stopped: ReadonlySet<string>, violations: string[]): void {
  violations.push(...scene.clashes());
  const stays: Stay[] = [];
  for (const { run, directory } of scene.runs()) {
    const state = scene.state(directory);
    // A run that did not wait may find, once it is recorded, that another one was quicker: then it ends and says so.
    const wasLate = state.queue === null && (state.steps[0]?.reason ?? '').includes('is used by run');
    if (state.status !== 'completed' && !stopped.has(run) && !wasLate)
      violations.push(`run ${run} ended as ${state.status}`);
    if (state.status === 'completed' && !hasOutputs(directory, state.steps[0]?.counts.total ?? 0))
      violations.push(`run ${run} has not all outputs`);
    stays.push(...staysOf(run, directory));
  }
  for (const [one, other] of pairs(stays)) {
    const meet = one.card === other.card && one.from < other.to && other.from < one.to;
    if (meet && one.run !== other.run)
      violations.push(`runs ${one.run} and ${other.run} were on ${one.card} at one time`);
  }
  const left = scene.leftNotes();
  if (left.length > 0) violations.push(`notes are left: ${left.join(', ')}`);
}

function pairs(stays: readonly Stay[]): [Stay, Stay][] {
  return stays.flatMap((one, index) => stays.slice(index + 1).map((other): [Stay, Stay] => [one, other]));
}

function hasOutputs(directory: string, total: number): boolean {
  return Array.from({ length: total }, (_, index) => join(directory, 'outputs/step_001', `${index}.out`)).every(
    (path) => existsSync(path),
  );
}

/** The time that workers of a run were on a card. */
interface Stay {
  run: string;
  card: string;
  from: string;
  to: string;
}

function staysOf(run: string, directory: string): Stay[] {
  const stays: Stay[] = [];
  const open = new Map<number, { card: string; from: string }>();
  for (const line of readFileSync(join(directory, 'journal.ndjson'), 'utf8').split('\n')) {
    const event = parse(line);
    // When a worker ended that nobody supervised is not known; the lock of its card tells whether it was alone.
    if (event?.type === 'owner-taken') open.clear();
    if (event?.type === 'worker-starting') open.set(event.rank, { card: event.device.uuid ?? '', from: event.time });
    if (event?.type !== 'worker-ended') continue;
    const begun = open.get(event.rank);
    if (begun !== undefined) stays.push({ run, ...begun, to: event.time });
    open.delete(event.rank);
  }
  return stays;
}

function parse(line: string): RunEvent | null {
  try {
    return JSON.parse(line) as RunEvent;
  } catch {
    return null;
  }
}
