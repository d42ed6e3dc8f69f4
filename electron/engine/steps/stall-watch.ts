import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { DEFAULT_STALL_SECONDS } from '../../../shared/pipeline/pipeline.ts';
import { runTool } from '../devices/run-tool.ts';
import type { StepRun } from './step-run.ts';
import type { StepSetup } from './step-setup.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** How often it is checked whether a worker prints and reports anything, as a share of the stall time-out, and its bounds. */
const STALL_CHECK_SHARE = 0.25;
const STALL_CHECK_MIN_MS = 250;
const STALL_CHECK_MAX_MS = 15_000;

/** A device below this load (percent) does not compute: drivers show a few percent for a display. */
const IDLE_UTILIZATION = 1;

/** Where the pipeline sets no stall time-out, a worker may be silent for this many times what nearly all items took. */
const STALL_ITEM_TIMES = 10;

/** How long the dump of a stack may take (ms), how many processes of a worker get one, and how many lines of it are kept. */
const STACK_DUMP_MS = 10_000;
const STACK_DUMP_PROCESSES = 4;
const STACK_DUMP_LINES = 200;

/** Notices a worker that neither prints nor reports for longer than it may while it has something to do, and leaves its device idle. */
export class StallWatch {
  private readonly run: StepRun;
  private readonly slot: WorkerSlot;
  private readonly timer: NodeJS.Timeout;
  private seen = '';
  private since = performance.now();
  private warned = false;

  constructor(run: StepRun, slot: WorkerSlot) {
    this.run = run;
    this.slot = slot;
    const shortestMs = stallLimit(run.setup.definition.stall_timeout_seconds, null).seconds * 1000;
    const pause = Math.min(STALL_CHECK_MAX_MS, Math.max(STALL_CHECK_MIN_MS, shortestMs * STALL_CHECK_SHARE));
    this.timer = setInterval(() => this.look(), pause);
    run.leaveTaking.endWith(() => this.stop());
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { slot, run } = this;
    // What it has said and nobody has read yet is a sign of life.
    slot.reports.read();
    const { length = 0 } = slot.record?.holding ?? {};
    const signs = this.signs();
    if (slot.process === null || length === 0 || signs !== this.seen) {
      this.seen = signs;
      this.since = performance.now();
      this.warned = false;
      return;
    }
    const limit = stallLimit(run.setup.definition.stall_timeout_seconds, run.items.times.p95);
    const silentMs = performance.now() - this.since;
    if (this.warned || silentMs < limit.seconds * 1000 || this.deviceComputes(limit)) return;
    this.warned = true;
    this.say(limit, silentMs / 1000);
    void this.act();
  }

  /** Where nobody has set a time, a device that computes speaks for its worker; an unknown load says nothing. */
  private deviceComputes({ needsIdleDevice }: StallLimit): boolean {
    const load = this.run.setup.meter?.sampleOf(this.slot.device)?.utilization ?? null;
    return needsIdleDevice && this.slot.device.kind !== 'cpu' && load !== null && load >= IDLE_UTILIZATION;
  }

  private say({ seconds }: StallLimit, silent: number): void {
    const { run, slot } = this;
    const action = run.setup.definition.on_stall;
    const item = slot.record?.holding.first ?? null;
    const file = item === null ? null : run.items.get(item).file;
    const { rank } = slot;
    run.setup.record({ type: 'worker-stalled', step: run.step, rank, item, seconds: Math.round(silent), action });
    const utilization = run.setup.meter?.sampleOf(slot.device)?.utilization ?? null;
    const fields = { seconds, file, on_stall: action, utilization };
    run.setup.logs.validator.write('WARNING', 'stalled: no output and no report for too long', fields, slot);
  }

  /** Where the program stands is written down first: a restart would wipe it out. */
  private async act(): Promise<void> {
    const { run, slot } = this;
    const start = slot.record?.starts;
    const { process } = slot;
    const { seen } = this;
    await dumpStacks(slot, run.setup);
    if (run.setup.definition.on_stall !== 'restart') return;
    // While its stack was written down it may have come to an end with its item, or have said something.
    slot.reports.read();
    const isSame = slot.process === process && slot.record?.starts === start && this.signs() === seen;
    if (isSame) slot.stop('stalled', run.setup.stopGraceMs);
  }

  /** What changes with everything that the worker does. */
  private signs(): string {
    const { slot } = this;
    const { length = 0, first = null } = slot.record?.holding ?? {};
    return `${slot.logOffset} ${slot.reports.offset} ${first} ${length} ${slot.record?.starts ?? 0}`;
  }
}

/** How long a worker may be silent, and what else has to hold. */
interface StallLimit {
  seconds: number;
  /** Whether a device that computes speaks for the worker: only where the pipeline left the matter to us. */
  needsIdleDevice: boolean;
}

/**
 * When a worker counts as stalled. A time that the pipeline or the launch sets holds exactly. With the default it is a floor: items that take
 * long and print nothing are given ten times what all but one in twenty of them took.
 * @param set undefined where nobody has set a time
 * @param p95 seconds; null before the first item
 */
export function stallLimit(set: number | undefined, p95: number | null): StallLimit {
  if (set !== undefined) return { seconds: set, needsIdleDevice: false };
  return { seconds: Math.max(DEFAULT_STALL_SECONDS, STALL_ITEM_TIMES * (p95 ?? 0)), needsIdleDevice: true };
}

/** Writes where the Python processes of a worker stand into the validator log, by `py-spy dump`; nothing where there is no py-spy. */
async function dumpStacks(slot: WorkerSlot, { env, logs, table }: StepSetup): Promise<void> {
  for (const pid of slot.members(table.look()).filter(isPython).slice(0, STACK_DUMP_PROCESSES)) {
    const answer = await runTool('py-spy', ['dump', '--pid', String(pid)], {
      env: { ...env },
      timeoutMs: STACK_DUMP_MS,
    });
    if (answer.kind === 'missing') return;
    if (answer.kind === 'answered') {
      const lines = answer.stdout.split('\n').filter((line) => line.trim() !== '');
      for (const line of lines.slice(0, STACK_DUMP_LINES))
        logs.validator.write('INFO', `stack of ${pid}: ${line}`, {}, slot);
    } else {
      const why = answer.kind === 'failed' ? answer.output.trim() : `it was given up (${answer.kind})`;
      logs.validator.write('INFO', 'py-spy could not read the stack', { pid, why }, slot);
    }
  }
}

/** Where the system does not tell what a process runs, py-spy is asked. */
function isPython(pid: number): boolean {
  try {
    return /python|pypy/i.test(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return process.platform !== 'linux';
  }
}
