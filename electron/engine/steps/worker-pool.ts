import { type DeviceRef, deviceLabel, isSameDevice } from '../../../shared/device.ts';
import { type Failure, failure } from '../../../shared/run/failure.ts';
import { isCertain, isDeviceFault, isPassing, isProgramFault } from '../failures/device-faults.ts';
import { WAITING_AGAIN_MS } from './pause-reporter.ts';
import { pauseAfter, RestartPolicy, restartTimes } from './restart-policy.ts';
import type { StepRun } from './step-run.ts';
import type { StepSetup } from './step-setup.ts';
import type { Worker } from './worker.ts';

/** Where every start fails in the same way until the program is corrected, one is enough: each may load a model for a minute first. */
const CERTAIN_STARTS = 1;

/** A failure that may pass in a minute or two is retried this often: with the pauses in between that takes two minutes. */
const PATIENT_STARTS = 8;

/** After this many workers in a row that fail because of their device, the device is used no more. */
const DEVICE_FAILURES = 3;

/** A device that has left is probed after this many first pauses (30 s); the time doubles up to this many (10 min). */
const PROBE_FIRST_PAUSES = 30;
const PROBE_LONGEST_PAUSES = 600;

/** How often a worker that waits for memory checks whether there is enough. */
const ADMISSION_POLL_MS = 2_000;

/** The state of one rank in the pool. */
interface Member {
  worker: Worker;
  restarts: RestartPolicy;
  waits: WaitReporter;
  startedAt: number;
  /** Whether an item was begun or finished in its present start. */
  hasProgressed: boolean;
  /** Failures in a row that the device caused. */
  deviceFailures: number;
  lastFailure: Failure | null;
  /** Why it does not take part now; null while it does. */
  left: string | null;
  /** Whether it may come back. */
  mayReturn: boolean;
  /** How often it has left. */
  departures: number;
}

/**
 * Decides which ranks may start a worker, and when. It pauses after failed starts and waits for memory and for room on the disk. It removes ranks
 * whose device fails or vanishes, and takes them back when a probe finds the device again. When all have left, the step cannot go on.
 */
export class WorkerPool {
  private readonly run: StepRun;
  private readonly members = new Map<number, Member>();
  private readonly probes = new Set<NodeJS.Timeout>();
  private readonly unsubscribe: () => void;

  constructor(run: StepRun) {
    this.run = run;
    for (const worker of run.workers) this.members.set(worker.rank, newMember(run, worker));
    const { devices } = run.setup.host;
    this.unsubscribe = devices?.onVanished((device) => this.vanished(device)) ?? (() => undefined);
  }

  /**
   * Waits until a worker of the rank may be started.
   * @param onWait called when it has to wait
   * @returns false when there is nothing to start it for at present: check again what is pending and whether the step is over
   */
  async admit(worker: Worker, onWait: () => void = () => undefined): Promise<boolean> {
    const member = this.member(worker);
    if (member.left !== null || member.restarts.pauseMs > 0) onWait();
    if (member.left !== null) {
      await this.run.nextChange();
      return false;
    }
    await this.pauseAfterFailure(member);
    while (this.isWanted(member)) {
      // A disk that was filled since the last check would make the start fail.
      await this.run.setup.disks.check();
      await this.run.waitForHandOut();
      const refusal = await this.run.setup.host.admission(worker);
      if (refusal === null && this.isWanted(member) && this.run.mayHandOut) return this.begin(member);
      if (refusal === null) {
        this.run.setup.host.withdrawn(worker);
        continue;
      }
      onWait();
      member.waits.report('memory', refusal, null);
      await this.run.pause(ADMISSION_POLL_MS);
    }
    return false;
  }

  /** Notes that the worker began or finished an item: its start did not fail. */
  madeProgress(worker: Worker): void {
    const member = this.member(worker);
    member.hasProgressed = true;
    member.restarts.madeProgress();
  }

  /** Returns whether the worker began or finished an item in its present start. */
  hasProgressed(worker: Worker): boolean {
    return this.member(worker).hasProgressed;
  }

  /** Notes a completed item: the device works, and the worker has the memory for it. */
  completed(worker: Worker): void {
    this.member(worker).deviceFailures = 0;
    this.run.setup.host.settled(worker);
  }

  /**
   * Takes in the end of a worker's start.
   * @param isFine whether it does not count as a failed start even where no item was begun
   */
  ended(worker: Worker, why: Failure | null, isFine: boolean): void {
    const member = this.member(worker);
    const madeProgress = isFine || member.hasProgressed;
    member.hasProgressed = false;
    this.run.setup.host.withdrawn(worker);
    if (worker.wasStopped) return;
    member.lastFailure = why ?? member.lastFailure;
    member.restarts.ended({ ranMs: performance.now() - member.startedAt, madeProgress });
    member.deviceFailures = why !== null && isDeviceFault(why.reason) ? member.deviceFailures + 1 : 0;
    if (member.left !== null || this.run.items.isDone) return;
    const { failedStarts } = member.restarts;
    const times = `${failedStarts === 1 ? 'a start' : `${failedStarts} starts in a row`} ended without any item`;
    if (why?.reason === 'device-lost') this.leave(member, words(why), true);
    else if (member.deviceFailures >= DEVICE_FAILURES)
      this.leave(member, `${member.deviceFailures} workers in a row failed from it: ${words(why)}`, true);
    else if (member.restarts.isEnough(why === null ? undefined : startsFor(why.reason)))
      this.leave(member, why === null ? times : `${times}: ${words(why)}`, why === null || !isProgramFault(why.reason));
  }

  /** Ends probes and subscriptions. */
  close(): void {
    this.unsubscribe();
    this.run.setup.host.close();
    for (const probe of this.probes) clearTimeout(probe);
    this.probes.clear();
  }

  private begin(member: Member): true {
    member.waits.reset();
    member.startedAt = performance.now();
    member.hasProgressed = false;
    return true;
  }

  private isWanted({ left }: Member): boolean {
    return left === null && !this.run.isOver && this.run.items.pending.size > 0;
  }

  private async pauseAfterFailure(member: Member): Promise<void> {
    const { pauseMs, failedStarts } = member.restarts;
    if (pauseMs === 0 || !this.isWanted(member)) return;
    const start = (member.worker.record?.starts ?? 0) + 1;
    const why = member.lastFailure === null ? '' : ` (${member.lastFailure.reason})`;
    const seconds = pauseMs < 1_000 ? pauseMs / 1_000 : Math.round(pauseMs / 1_000);
    member.waits.report(`pause ${failedStarts} ${start}`, `waiting ${seconds} s before start ${start}${why}`, pauseMs);
    await this.run.pause(pauseMs);
  }

  /** Ends whatever runs on a device that the driver no longer lists, while it lists others. */
  private vanished(device: DeviceRef): void {
    for (const member of this.members.values()) {
      const { worker } = member;
      if (member.left !== null || !isSameDevice(worker.device, device) || this.run.isOver) continue;
      const why = failure('device-lost', `nvidia-smi no longer names ${deviceLabel(device)} (${device.name})`);
      member.lastFailure = why;
      this.leave(member, words(why), true);
      worker.stop('device-lost', this.run.setup.stopGraceMs, why);
    }
  }

  private leave(member: Member, reason: string, mayReturn: boolean): void {
    const { run } = this;
    const { worker } = member;
    member.left = reason;
    member.mayReturn = mayReturn && worker.device.kind !== 'cpu';
    member.departures += 1;
    run.setup.record({ type: 'device-left', step: run.step, rank: worker.rank, device: worker.device, reason });
    const fields = { device: deviceLabel(worker.device), reason, advice: member.lastFailure?.advice };
    worker.writeTo('orchestrator', 'ERROR', 'worker leaves the pool; its items go to the others', fields);
    if ([...this.members.values()].every(({ left }) => left !== null)) this.exhaust();
    else if (member.mayReturn) this.probeLater(member, 1);
    run.changed();
  }

  private exhaust(): void {
    const reasons = [...this.members.values()].map(
      ({ worker, left }) => `${worker.id} on ${deviceLabel(worker.device)}: ${left ?? ''}`,
    );
    this.run.exhaust(`no worker is left: ${reasons.join('; ')}`);
  }

  private probeLater(member: Member, failures: number): void {
    const pause = this.run.setup.restartPauseMs;
    const times = { firstMs: pause * PROBE_FIRST_PAUSES, longestMs: pause * PROBE_LONGEST_PAUSES };
    const probe = setTimeout(
      () => {
        this.probes.delete(probe);
        void this.probe(member, failures);
      },
      pauseAfter(member.departures - 1 + failures, times),
    );
    this.probes.add(probe);
  }

  /** Checks whether the driver lists the device again. If so, one more start is tried. */
  private async probe(member: Member, failures: number): Promise<void> {
    const { run } = this;
    const { worker } = member;
    const isThere = await run.setup.host.hasDevice(worker.device);
    if (run.isOver || member.left === null) return;
    if (!isThere) return this.probeLater(member, failures + 1);
    member.left = null;
    member.restarts.onProbation();
    member.deviceFailures = Math.min(member.deviceFailures, DEVICE_FAILURES - 1);
    const reason = 'the driver names the device again; one more start is tried';
    run.setup.record({ type: 'device-returned', step: run.step, rank: worker.rank, device: worker.device, reason });
    worker.writeTo('orchestrator', 'INFO', 'worker returns to the pool', { reason });
    run.changed();
  }

  private member({ rank }: Worker): Member {
    const member = this.members.get(rank);
    if (member === undefined) throw new Error(`Rank ${rank} is not in the pool`);
    return member;
  }
}

function newMember(run: StepRun, worker: Worker): Member {
  return {
    worker,
    restarts: new RestartPolicy(restartTimes(run.setup)),
    waits: new WaitReporter(run.setup, worker),
    startedAt: performance.now(),
    hasProgressed: false,
    deviceFailures: 0,
    lastFailure: null,
    left: null,
    mayReturn: true,
    departures: 0,
  };
}

/** Returns how many failed starts are enough for this reason; undefined for the usual number. */
function startsFor(reason: Failure['reason']): number | undefined {
  if (isCertain(reason)) return CERTAIN_STARTS;
  return isPassing(reason) ? PATIENT_STARTS : undefined;
}

function words(why: Failure | null): string {
  return why === null ? 'no reason is known' : `${why.reason}: ${why.evidence}`;
}

/** Journals why a worker waits, when that changes or after a while, and writes it into the orchestrator log. */
class WaitReporter {
  private readonly setup: StepSetup;
  private readonly worker: Worker;
  private reported: { kind: string; at: number } | null = null;

  constructor(setup: StepSetup, worker: Worker) {
    this.setup = setup;
    this.worker = worker;
  }

  /**
   * Reports that the worker waits.
   * @param kind what it waits for, without figures
   * @param waitMs null when it is unknown how long
   */
  report(kind: string, reason: string, waitMs: number | null): void {
    const now = performance.now();
    if (this.reported?.kind === kind && now - this.reported.at < WAITING_AGAIN_MS) return;
    this.reported = { kind, at: now };
    const { setup, worker } = this;
    const start = (worker.record?.starts ?? 0) + 1;
    const until = waitMs === null ? null : new Date(Date.now() + waitMs).toISOString();
    setup.record({ type: 'worker-waiting', step: setup.state.step, rank: worker.rank, start, reason, until });
    worker.writeTo('orchestrator', 'INFO', 'worker waits', { start, reason, until });
  }

  /** Notes that it waits no more. */
  reset(): void {
    this.reported = null;
  }
}
