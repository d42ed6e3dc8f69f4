import { DEFAULT_STALL_SECONDS } from '../../../shared/pipeline/pipeline.ts';
import type { StepRun } from './step-run.ts';
import type { StepSetup } from './step-setup.ts';
import type { Worker } from './worker.ts';

/** How often it is checked whether a worker prints and reports anything, as a share of the stall time-out, and its bounds. */
const STALL_CHECK_SHARE = 0.25;
const STALL_CHECK_MIN_MS = 250;
const STALL_CHECK_MAX_MS = 15_000;

/** A device below this load (percent) does not compute: drivers show a few percent for a display. */
const IDLE_UTILIZATION = 1;

/** Where the pipeline sets no stall time-out, a worker may be silent for this many times the time that nearly all items took. */
const STALL_ITEM_TIMES = 10;

/** Detects a worker that, although it has something to do, neither prints nor reports for too long and leaves its device idle. */
export class StallWatch {
  private readonly run: StepRun;
  private readonly worker: Worker;
  private readonly timer: NodeJS.Timeout;
  private seen = '';
  private since = performance.now();
  private warned = false;

  constructor(run: StepRun, worker: Worker) {
    this.run = run;
    this.worker = worker;
    const shortestMs = stallLimit(run.setup.definition.stall_timeout_seconds, null).seconds * 1000;
    const pause = Math.min(STALL_CHECK_MAX_MS, Math.max(STALL_CHECK_MIN_MS, shortestMs * STALL_CHECK_SHARE));
    this.timer = setInterval(() => this.check(), pause);
    run.handover.endWith(() => this.stop());
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const { worker, run } = this;
    // Reports that nobody has read yet are a sign of life.
    worker.reports.read();
    const { length = 0 } = worker.record?.holding ?? {};
    const signs = this.signs();
    if (worker.process === null || length === 0 || signs !== this.seen) {
      this.seen = signs;
      this.since = performance.now();
      this.warned = false;
      return;
    }
    const limit = stallLimit(run.setup.definition.stall_timeout_seconds, run.items.times.p95);
    const silentMs = performance.now() - this.since;
    if (this.warned || silentMs < limit.seconds * 1000 || this.deviceComputes(limit)) return;
    this.warned = true;
    this.log(limit, silentMs / 1000);
    void this.act();
  }

  /** Where nobody has set a time, a computing device is a sign of life of its worker. An unknown load is none. */
  private deviceComputes({ needsIdleDevice }: StallLimit): boolean {
    const load = this.run.setup.host.devices?.sampleOf(this.worker.device)?.utilization ?? null;
    return needsIdleDevice && this.worker.device.kind !== 'cpu' && load !== null && load >= IDLE_UTILIZATION;
  }

  private log({ seconds }: StallLimit, silent: number): void {
    const { run, worker } = this;
    const action = run.setup.definition.on_stall;
    const item = worker.record?.holding.first ?? null;
    const file = worker.firstHeld?.file ?? null;
    const { rank } = worker;
    run.setup.record({ type: 'worker-stalled', step: run.step, rank, item, seconds: Math.round(silent), action });
    const utilization = run.setup.host.devices?.sampleOf(worker.device)?.utilization ?? null;
    const fields = { seconds, file, on_stall: action, utilization };
    worker.writeTo('validator', 'WARNING', 'stalled: no output and no report for too long', fields);
  }

  /** First writes down where the program is: a restart would lose that. */
  private async act(): Promise<void> {
    const { run, worker } = this;
    const start = worker.record?.starts;
    const { process } = worker;
    const { seen } = this;
    await writeStacks(worker, run.setup);
    if (run.setup.definition.on_stall !== 'restart') return;
    // While its stack was written down, it may have finished its item or reported something.
    worker.reports.read();
    const isSame = worker.process === process && worker.record?.starts === start && this.signs() === seen;
    if (isSame) worker.stop('stalled', run.setup.stopGraceMs);
  }

  /** Returns a text that changes with everything that the worker does. */
  private signs(): string {
    const { worker } = this;
    const { length = 0, first = null } = worker.record?.holding ?? {};
    return `${worker.logOffset} ${worker.reports.offset} ${first} ${length} ${worker.record?.starts ?? 0}`;
  }
}

/** How long a worker may be silent, and what else has to hold. */
interface StallLimit {
  seconds: number;
  /** Whether a computing device counts as a sign of life: only where the pipeline sets no time. */
  needsIdleDevice: boolean;
}

/**
 * Returns when a worker counts as stalled. A time that the pipeline or the launch sets holds exactly. The default is a minimum: items that take long
 * and print nothing are given ten times the time that 19 of 20 items stayed below.
 * @param set undefined where nobody has set a time
 * @param p95 seconds; null before the first item
 */
export function stallLimit(set: number | undefined, p95: number | null): StallLimit {
  if (set !== undefined) return { seconds: set, needsIdleDevice: false };
  return { seconds: Math.max(DEFAULT_STALL_SECONDS, STALL_ITEM_TIMES * (p95 ?? 0)), needsIdleDevice: true };
}

/** Writes the stacks of a worker's Python processes into the validator log. */
async function writeStacks(worker: Worker, { host }: StepSetup): Promise<void> {
  for (const dump of await host.dumpStacks(worker)) {
    if ('why' in dump) worker.writeTo('validator', 'INFO', 'py-spy could not read the stack', dump);
    else for (const line of dump.lines) worker.writeTo('validator', 'INFO', `stack of ${dump.pid}: ${line}`);
  }
}
