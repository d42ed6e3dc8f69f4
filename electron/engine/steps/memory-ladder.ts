import { readFileSync } from 'node:fs';
import type { ParameterValue, Step } from '../../../shared/pipeline/pipeline.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import type { Environment } from '../files/data-home.ts';
import type { StepSetup } from './step-setup.ts';
import type { Worker } from './worker.ts';

/** A parameter is lowered at most this often: if it is halved each time, it is below one by then. */
const LADDER_STEPS = 20;

export type Ladder = NonNullable<Step['on_out_of_memory']>;

/** The result of a lack of device memory. */
export type LadderStep =
  /** Lowered now, or by another worker since this one was started: the item is tried again with the lower value. */
  | { readonly kind: 'lower'; readonly parameter: string; readonly value: number }
  /** No lower value is left, or there is no ladder: an ordinary failure, with better advice where there is one. */
  | { readonly kind: 'end'; readonly advice: string | null };

const END: LadderStep = { kind: 'end', advice: null };

/**
 * The memory ladder of a step. When a device runs out of memory, a parameter is lowered for all workers that are started from then on. It stays lower
 * to the end of the step, also after a resume. Two workers that run out at the same value lower it once.
 */
export class MemoryLadder {
  private readonly setup: StepSetup;
  private readonly isOff: boolean;
  private logged = false;

  constructor(setup: StepSetup) {
    this.setup = setup;
    this.isOff = !setup.mayLowerParameters;
  }

  /** Lowers the parameter for a worker that ran out of device memory, if that is possible. */
  descend(worker: Worker, why: Failure): LadderStep {
    const ladder = this.setup.definition.on_out_of_memory;
    if (ladder === undefined || why.reason !== 'cuda-out-of-memory') return END;
    if (this.isOff) return this.logOff(worker, ladder);
    const { state } = this.setup;
    const now = currentValue(ladder.parameter, this.setup.values.parameters, state);
    if (now === null || state.lowered.length >= LADDER_STEPS) return END;
    if ((worker.record?.lowered ?? 0) < state.lowered.length)
      return { kind: 'lower', parameter: ladder.parameter, value: now };
    const value = lowerValue(now, ladder, this.setup.integers.has(ladder.parameter));
    if (value === null) return this.logEnd(worker, ladder, now);
    this.lower(worker, ladder.parameter, now, value, why);
    return { kind: 'lower', parameter: ladder.parameter, value };
  }

  private lower(worker: Worker, parameter: string, from: number, to: number, { evidence }: Failure): void {
    const { setup } = this;
    setup.record({
      type: 'parameter-lowered',
      step: setup.state.step,
      rank: worker.rank,
      parameter,
      from,
      to,
      evidence,
    });
    const message = `out of device memory: ${parameter} is lowered from ${from} to ${to} for the rest of the step`;
    worker.writeTo('orchestrator', 'WARNING', message, { parameter, from, to, evidence });
  }

  private logEnd(worker: Worker, { parameter }: Ladder, value: number): LadderStep {
    const message = `out of device memory, and ${parameter} is at its minimum (${value})`;
    worker.writeTo('orchestrator', 'WARNING', message);
    const advice = `${parameter} is at its minimum (${value}) already: split the item, or run it on a device with more memory.`;
    return { kind: 'end', advice };
  }

  private logOff(worker: Worker, { parameter }: Ladder): LadderStep {
    const advice = `On WSL ${parameter} is not lowered by itself: start the run again with a lower one.`;
    if (this.logged) return { kind: 'end', advice };
    this.logged = true;
    const message = `out of device memory: ${parameter} is not lowered on WSL, where repeated lack of device memory has crashed Windows`;
    worker.writeTo('orchestrator', 'WARNING', message, { advice });
    return { kind: 'end', advice };
  }
}

/** Returns the parameters as they are now: those given, with what was lowered. */
export function loweredParameters(
  parameters: Readonly<Record<string, ParameterValue>>,
  { lowered }: Pick<StepState, 'lowered'>,
): Readonly<Record<string, ParameterValue>> {
  return lowered.length === 0
    ? parameters
    : { ...parameters, ...Object.fromEntries(lowered.map(({ parameter, to }) => [parameter, to])) };
}

/** Returns the next lower value; null when there is none. */
export function lowerValue(value: number, { factor, minimum }: Ladder, isInteger: boolean): number | null {
  const wanted = value * factor;
  const next = Math.max(isInteger ? Math.ceil(minimum) : minimum, isInteger ? Math.floor(wanted) : wanted);
  return next < value ? next : null;
}

function currentValue(
  parameter: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  state: StepState,
): number | null {
  const value = loweredParameters(parameters, state)[parameter];
  return typeof value === 'number' ? value : null;
}

/** Returns whether this Linux runs inside Windows. */
export function isWsl(env: Environment, release = kernelRelease()): boolean {
  return (env['WSL_DISTRO_NAME'] ?? '') !== '' || /microsoft/i.test(release);
}

function kernelRelease(): string {
  try {
    return readFileSync('/proc/sys/kernel/osrelease', 'utf8');
  } catch {
    return '';
  }
}
