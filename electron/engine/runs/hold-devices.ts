import { type FSWatcher, watch } from 'node:fs';
import type { Begin } from '../../../shared/contract/launch.ts';
import { type Device, type DeviceRef, deviceRef } from '../../../shared/device.ts';
import type { Problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { ControlAnswer } from '../../../shared/run/control.ts';
import { planQueue, type QueueVerdict } from '../../../shared/run/device-queue.ts';
import type { QueueState } from '../../../shared/run/run-model.ts';
import { detectDevices } from '../devices/detect-devices.ts';
import { foldersOfLeases } from '../leases/device-leases.ts';
import { deviceInUse, holdsOfLeases, holdsOfStrangers, neededMemory, usedDevices } from '../leases/device-use.ts';
import { QueueNotes, type WaitingNote } from '../leases/queue-notes.ts';
import { type MachineView, viewMachine } from '../leases/view-machine.ts';
import { hasLiveWorkers } from '../run-directory/live-workers.ts';
import { addQueued, removeQueued } from '../run-directory/queue-index.ts';
import type { RunSession } from './run-session.ts';

/** How often a waiting run looks by itself whether processes still live: an engine that was killed changes no file (milliseconds). */
const LOOK_MS = 2_000;

/** How often it looks anew although nothing changed: expected ends pass, and a watch of files may fail (milliseconds). */
const LOOK_ANEW_MS = 15_000;

/** The same where changes of files cannot be watched. */
const LOOK_UNWATCHED_MS = 500;

/** How often its place is published anew, for those who cannot see this process (milliseconds). */
const RENEW_MS = 25_000;

/** How soon the driver is asked again about memory that others hold: it frees that of a process that has just ended with a delay; doubling up to `LONGEST` (milliseconds). */
const STRANGER_FIRST_MS = 250;
const STRANGER_LONGEST_MS = 4_000;

/**
 * Waits until it is the run's turn, if it is queued. Then it has its devices.
 * @returns false when it was stopped or handed over meanwhile
 */
export async function waitForTurn(session: RunSession): Promise<boolean> {
  if (session.state.status !== 'queued') return true;
  const turn = new Turn(session);
  try {
    return await turn.wait();
  } finally {
    turn.close();
  }
}

/**
 * Takes the devices of a run that begins. A run that has been in the queue goes back to its place when another has taken them, as after a crash; any
 * other one is refused.
 */
export async function holdDevices(
  session: RunSession,
  devices: readonly Device[],
): Promise<Result<'held' | 'called-off', Problem>> {
  const { parts, leases } = session;
  const used = usedDevices(parts.metadata.definition.steps, devices).map(deviceRef);
  if (leases.devices.length === 0) {
    const refused = await take(session, used);
    if (refused !== null && parts.begin.kind === 'now') return err(refused);
    if (refused !== null) {
      queueAgain(session, null);
      if (!(await waitForTurn(session))) return ok('called-off');
    }
  }
  return ok('held');
}

/** @returns why they cannot be taken, or null */
async function take({ parts, state, leases }: RunSession, devices: readonly DeviceRef[]): Promise<Problem | null> {
  // Workers of an earlier engine are on them already.
  if (hasLiveWorkers(state, parts.directory, parts.table)) {
    leases.keepOccupied(devices);
    return null;
  }
  if (isShared(parts.begin, devices)) {
    leases.share(devices);
    return null;
  }
  const owner = await leases.take(devices, null);
  return owner === null ? null : deviceInUse([owner]);
}

/** CPU slots are no cards that run out of memory: a run that does not wait for them shares them. */
function isShared(begin: Begin, devices: readonly DeviceRef[]): boolean {
  return begin.kind === 'now' && (begin.share || devices.every(({ kind }) => kind === 'cpu'));
}

/** Puts a run that goes on into the queue; one that was there before keeps its place. @param any how many of its devices are enough; null for all */
export function queueAgain(session: RunSession, any: number | null): void {
  const { parts, state } = session;
  if (state.status === 'queued') return;
  const { definition, devices } = parts.metadata;
  const known = state.queue;
  const candidates = known?.devices ?? usedDevices(definition.steps, devices).map(deviceRef);
  if (candidates.length === 0) return;
  session.record({
    type: 'run-queued',
    devices: [...candidates],
    count: Math.min(any ?? known?.count ?? candidates.length, candidates.length),
    position: known?.position ?? Date.now(),
    memory: neededMemory(definition.steps),
    predicted_seconds: known?.predicted_seconds ?? null,
  });
  addQueued(parts.home, { run: session.run, directory: parts.directory });
}

/** Changes the place of a waiting run, as its user has asked. */
export function moveInQueue(session: RunSession, { position, by }: { position: number; by: string }): ControlAnswer {
  if (session.state.status !== 'queued') return { accepted: false, message: 'the run does not wait any more' };
  session.record({ type: 'queue-moved', position, by });
  session.onMoved?.();
  return { accepted: true, message: 'moved' };
}

/** One wait in the queue. */
class Turn {
  private readonly session: RunSession;
  private readonly place: { home: string; env: RunSession['parts']['env']; table: RunSession['parts']['table'] };
  private readonly notes: QueueNotes;
  private readonly watchers: FSWatcher[] = [];
  private isWatched = true;
  private wake: () => void = () => undefined;
  private hasChanged = false;
  private strangerPause = STRANGER_FIRST_MS;
  /** Whether no run has the devices, but others hold their memory. */
  private isByStrangers = false;
  private view: MachineView | null = null;
  private viewed = 0;
  private published = 0;
  private said = '';

  constructor(session: RunSession) {
    this.session = session;
    const { home, env, table } = session.parts;
    this.place = { home, env, table };
    this.notes = new QueueNotes(this.place);
  }

  async wait(): Promise<boolean> {
    const { session } = this;
    this.publish();
    this.watch();
    session.onMoved = () => {
      this.publish();
      this.changed();
    };
    session.calledOff.addEventListener('abort', () => this.changed());
    while (!session.calledOff.aborted) {
      const verdict = await this.look();
      if (verdict.start !== null && (await this.start(verdict.start))) return true;
      this.report(verdict);
      await this.pause();
    }
    return false;
  }

  /** Also when the run was stopped: it is out of the queue then. */
  close(): void {
    const { session } = this;
    for (const watcher of this.watchers) watcher.close();
    session.onMoved = null;
    if (session.isLeaving && !session.isStopping) return;
    this.notes.remove(session.run);
    removeQueued(session.parts.home, session.run);
  }

  private get queue(): QueueState {
    const { queue } = this.session.state;
    if (queue === null) throw new Error('The run was never queued');
    return queue;
  }

  private publish(): void {
    this.published = performance.now();
    const { run, parts } = this.session;
    const { position, since, devices, count, memory, predicted_seconds } = this.queue;
    const note = { position, since, devices: [...devices], count, memory, predicted_seconds };
    const unshared = this.notes.write({ run, pipeline: parts.metadata.pipeline }, note);
    if (unshared !== null) this.say(`other users do not see that this run waits: ${unshared}`);
  }

  /** Decides by the leases of runs, and where these leave the devices free, by who else holds their memory. */
  private async look(): Promise<QueueVerdict> {
    this.isByStrangers = false;
    if (performance.now() - this.published > RENEW_MS) this.publish();
    this.view = viewMachine(this.place);
    this.viewed = performance.now();
    const { waiting } = this.view;
    const holds = holdsOfLeases(this.view.leases, this.session.run);
    const now = Date.now();
    const byLeases = this.verdictOf(planQueue(this.ordered(waiting), () => holds, now));
    if (byLeases.start === null || byLeases.start.every(({ kind }) => kind === 'cpu')) return byLeases;
    const { devices } = await detectDevices({ env: { ...this.place.env } });
    const needs = new Map(waiting.map(({ run, memory }) => [run, memory]));
    const all = planQueue(
      this.ordered(waiting),
      (one) => [...holds, ...holdsOfStrangers(one.devices, devices, needs.get(one.run) ?? this.queue.memory)],
      now,
    );
    const verdict = this.verdictOf(all);
    this.isByStrangers = verdict.start === null;
    return verdict;
  }

  /** What is published of this run may be gone: the journal has its place. */
  private ordered(waiting: readonly WaitingNote[]) {
    const { run } = this.session;
    const { devices, count, position, predicted_seconds } = this.queue;
    return [
      ...waiting.filter((one) => one.run !== run),
      { run, user: null, devices, count, position, predicted_seconds },
    ];
  }

  private verdictOf(verdicts: readonly QueueVerdict[]): QueueVerdict {
    const own = verdicts.find(({ run }) => run === this.session.run);
    if (own === undefined) throw new Error('The plan of the queue has no word on this run');
    return own;
  }

  private async start(devices: readonly DeviceRef[]): Promise<boolean> {
    const { session } = this;
    const seconds = this.queue.predicted_seconds;
    const until = seconds === null ? null : new Date(Date.now() + seconds * 1000).toISOString();
    if ((await session.leases.take(devices, until)) !== null) return false;
    if (session.calledOff.aborted) return false;
    session.record({ type: 'run-dequeued', devices: [...devices] });
    session.log('INFO', 'orchestrator', 'the devices are free, the run begins');
    return true;
  }

  private report({ waits, start }: QueueVerdict): void {
    if (start === null) this.say(`waits: ${waits.join('; ')}`);
  }

  /** Logs what is new; the times in it change all the time. */
  private say(text: string): void {
    const bare = text.replaceAll(/,? (?:from|until) about [\d:]+/g, '');
    if (bare !== this.said) this.session.log('INFO', 'orchestrator', text);
    this.said = bare;
  }

  private watch(): void {
    for (const folder of foldersOfLeases(this.place)) {
      try {
        const watcher = watch(folder, () => this.changed());
        watcher.on('error', () => {
          this.isWatched = false;
        });
        this.watchers.push(watcher);
      } catch {
        // A folder that does not exist has nothing in it; where the system has no watches left, the folders are looked at more often.
      }
    }
    this.isWatched = this.watchers.length > 0;
  }

  private changed(): void {
    this.hasChanged = true;
    this.wake();
  }

  private async pause(): Promise<void> {
    const look = this.isWatched ? LOOK_MS : LOOK_UNWATCHED_MS;
    const wait = this.isByStrangers ? this.strangerPause : look;
    this.strangerPause = this.isByStrangers ? Math.min(this.strangerPause * 2, STRANGER_LONGEST_MS) : STRANGER_FIRST_MS;
    do await this.sleep(wait);
    while (!this.hasChanged && !this.isByStrangers && this.isWatched && this.isUpToDate());
    this.hasChanged = false;
  }

  /** Sleeps until something changes, at most so long (milliseconds). */
  private async sleep(longest: number): Promise<void> {
    if (this.hasChanged) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longest);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private isUpToDate(): boolean {
    return performance.now() - this.viewed < LOOK_ANEW_MS && this.view?.isCurrent() === true;
  }
}
