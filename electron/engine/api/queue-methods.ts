import type { QueuePlace, WaitingRun } from '../../../shared/contract/machine.ts';
import type { Methods } from '../../../shared/contract/methods.ts';
import { isSameDevice } from '../../../shared/device.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { inOrder, movedPositions, planQueue } from '../../../shared/run/device-queue.ts';
import { detectDevices } from '../devices/detect-devices.ts';
import { startHeadless } from '../launch/headless.ts';
import { readLeases } from '../leases/device-leases.ts';
import { holdsOfLeases, holdsOfStrangers } from '../leases/device-use.ts';
import { QueueNotes, type WaitingNote } from '../leases/queue-notes.ts';
import { askOwner } from '../run-directory/control-files.ts';
import { listQueued, removeQueued } from '../run-directory/queue-index.ts';
import { readRunState } from '../run-directory/read-run.ts';
import type { EngineCore } from './engine-core.ts';

/** Methods about runs that wait for devices. */
export function queueMethods(core: EngineCore): Pick<Methods, 'queue' | 'moveQueued'> {
  return {
    async queue() {
      await startWaiting(core);
      return ok({ runs: await waitingRuns(core) });
    },
    moveQueued: ({ run, to }) => moveQueued(core, run, to),
  };
}

/**
 * Gives every waiting run of this data folder an engine that has none: after a restart of the machine, or when its keeper was killed with it. Their
 * places are in their journals.
 */
export async function startWaiting(core: EngineCore): Promise<void> {
  const { home, env, headless } = core.options;
  for (const { run, directory } of listQueued(home)) {
    if (core.isOwned(directory)) continue;
    const state = readRunState(directory);
    if (!state.ok || state.value.status !== 'queued') {
      if (state.ok) removeQueued(home, run);
      continue;
    }
    // Another Drover may be quicker, or the keeper: then the run has an engine all the same.
    await startHeadless({
      command: headless,
      home,
      env,
      run,
      directory,
      purpose: 'adopt',
      items: [],
      keeper: core.keeper(),
    });
  }
}

async function waitingRuns(core: EngineCore): Promise<WaitingRun[]> {
  const waiting = waitingNotes(core);
  const leases = holdsOfLeases(readLeases(core.leasePlace), null);
  const needsDriver = waiting.some(({ devices }) => devices.some(({ kind }) => kind !== 'cpu'));
  const devices = needsDriver ? (await detectDevices({ env: core.options.env })).devices : [];
  const held = new Map(waiting.map((one) => [one.run, holdsOfStrangers(unleased(one, leases), devices, one.memory)]));
  const verdicts = planQueue(waiting, ({ run }) => [...leases, ...(held.get(run) ?? [])], Date.now());
  const names = new Map(listQueued(core.options.home).map(({ run, directory }) => [run, nameOf(directory)]));
  return inOrder(waiting).map((one, index) => {
    const { run, pipeline, user, since, devices: wanted, count } = one;
    const { expected = null, waits = [] } = verdicts[index] ?? {};
    const at = expected === null ? null : new Date(expected).toISOString();
    const name = names.get(run) ?? null;
    return { run, pipeline, name, user, since, devices: [...wanted], count, expected: at, waits: [...waits] };
  });
}

/** Returns the notes of all users, and for this data folder what the journals say: an engine that has just been started has not written its note yet. */
function waitingNotes(core: EngineCore): WaitingNote[] {
  const noted = new QueueNotes(core.leasePlace).read();
  const known = new Set(noted.map(({ run }) => run));
  const journaled = listQueued(core.options.home)
    .filter(({ run }) => !known.has(run))
    .flatMap(({ directory }) => journaledNote(directory) ?? []);
  return [...noted, ...journaled];
}

function journaledNote(directory: string): WaitingNote | null {
  const state = readRunState(directory);
  if (!state.ok || state.value.status !== 'queued' || state.value.queue === null) return null;
  const { run, pipeline } = state.value;
  const { granted: _granted, ...queue } = state.value.queue;
  return { run, pipeline, user: null, ...queue };
}

/** The memory that a run's workers hold is no stranger's. */
function unleased({ devices }: WaitingNote, leases: ReturnType<typeof holdsOfLeases>) {
  return devices.filter((device) => !leases.some((one) => isSameDevice(one.device, device)));
}

function nameOf(directory: string): string | null {
  const state = readRunState(directory);
  return state.ok ? state.value.name : null;
}

async function moveQueued(
  core: EngineCore,
  text: string,
  to: QueuePlace,
): Promise<Result<{ runs: WaitingRun[] }, Problem>> {
  await startWaiting(core);
  const own = waitingNotes(core).filter(({ user }) => user === null);
  const run = named(core, own, text);
  if (!run.ok) return run;
  const before = typeof to === 'object' ? named(core, own, to.before) : null;
  if (before?.ok === false) return before;
  const place = before === null ? (to as 'first' | 'last') : { before: before.value };
  const changes = movedPositions(own, run.value, place) ?? new Map<string, number>();
  for (const [one, position] of changes) {
    const moved = await move(core, one, position);
    if (moved !== null) return err(moved);
  }
  return ok({ runs: await waitingRuns(core) });
}

function named(core: EngineCore, own: readonly WaitingNote[], text: string): Result<string, Problem> {
  const found = core.find(text);
  if (!found.ok) return found;
  const { run } = found.value;
  return own.some((one) => one.run === run) ? ok(run) : err(notWaiting(run));
}

function notWaiting(run: string): Problem {
  return problem(
    'invalid-usage',
    `Run ${run} does not wait for devices.`,
    '"drover queue" shows the runs that do; of these your own can be moved.',
  );
}

async function move(core: EngineCore, run: string, position: number): Promise<Problem | null> {
  const found = core.find(run);
  if (!found.ok) return found.error;
  const { directory } = found.value;
  const isOwned = (): boolean => core.isOwned(directory);
  const answer = await askOwner(directory, { request: 'move', position, by: 'drover queue' }, isOwned);
  if (answer?.accepted === true) return null;
  return problem(
    'cannot-start',
    `Run ${run} was not moved: ${answer?.message ?? 'its engine does not answer'}.`,
    'Look at "drover queue" and try again.',
  );
}
