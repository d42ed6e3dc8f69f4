import { z } from 'zod';
import { assertNever } from '../assert-never.ts';
import { failureSchema } from './failure.ts';

/** Identifies a process without doubt: a pid alone may be reused by another process. */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  pgid: z.number().int().positive(),
  /** Clock ticks since boot, field 22 of /proc/<pid>/stat. */
  start_time: z.number().int().nonnegative(),
  boot_id: z.string(),
  /** The namespace in which the numbers are valid; null or absent where it is unknown. */
  pid_namespace: z.string().nullable().optional(),
  /** Start time of the leader of its group, the launcher. */
  leader_start: z.number().int().nonnegative().optional(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/**
 * Why we end a worker. `replaced`: its next item needs a new process, as its context or device is broken or a parameter was lowered;
 * `leftover`: it did not exit after end of input; `engine-ending`: the engine cannot go on with the step.
 */
export const stopCauseSchema = z.enum([
  'run-stopped',
  'run-killed',
  'timeout',
  'stalled',
  'device-lost',
  'replaced',
  'engine-ending',
  'leftover',
]);
export type StopCause = z.infer<typeof stopCauseSchema>;

/** How a process ended: either the code or the signal is known, or neither when no one observed the end. */
export const endingSchema = z.object({
  exit_code: z.number().int().nullable(),
  signal: z.string().nullable(),
});
export type Ending = z.infer<typeof endingSchema>;

export const workerOutcomeSchema = z.enum(['completed', 'failed', 'stopped', 'lost']);
export type WorkerOutcome = z.infer<typeof workerOutcomeSchema>;

/**
 * The life of one worker (one rank in one step). Each variant carries only what is valid then.
 *
 * ```
 * pending ──start──▶ starting ──running──▶ running ──stop──▶ stopping
 *    ▲                  │  └────stop────────────────────────▲   │
 *    │                  └──ended──┐         │ended               │ended
 *    │                            ▼         ▼                    ▼
 *    └───────start (next) ◀── completed | failed | stopped | lost
 * ```
 */
export type WorkerState =
  | { readonly status: 'pending' }
  | { readonly status: 'starting'; readonly start: number }
  | { readonly status: 'running'; readonly start: number; readonly process: ProcessIdentity }
  | {
      readonly status: 'stopping';
      readonly start: number;
      /** null when the stop was requested while starting: it is carried out as soon as the process is known. */
      readonly process: ProcessIdentity | null;
      readonly cause: StopCause;
    }
  | ({
      readonly status: WorkerOutcome;
      readonly start: number;
      readonly failure: z.infer<typeof failureSchema> | null;
    } & Ending);

export type WorkerEvent =
  | { readonly type: 'start'; readonly start: number }
  | { readonly type: 'running'; readonly process: ProcessIdentity }
  | { readonly type: 'stop'; readonly cause: StopCause }
  | ({
      readonly type: 'ended';
      readonly outcome: WorkerOutcome;
      readonly failure: z.infer<typeof failureSchema> | null;
    } & Ending);

/**
 * Returns the next state, or null when the event is not legal in this state. The caller treats that as a bug while the worker is live, and
 * ignores the event when it folds a damaged journal.
 */
export function nextWorkerState(state: WorkerState, event: WorkerEvent): WorkerState | null {
  switch (event.type) {
    case 'start':
      return isOver(state) ? { status: 'starting', start: event.start } : null;
    case 'running':
      if (state.status === 'starting') return { status: 'running', start: state.start, process: event.process };
      if (state.status === 'stopping' && state.process === null) return { ...state, process: event.process };
      return null;
    case 'stop':
      if (state.status === 'starting')
        return { status: 'stopping', start: state.start, process: null, cause: event.cause };
      if (state.status === 'running')
        return { status: 'stopping', start: state.start, process: state.process, cause: event.cause };
      return null;
    case 'ended':
      if (state.status !== 'starting' && state.status !== 'running' && state.status !== 'stopping') return null;
      return {
        status: event.outcome,
        start: state.start,
        failure: event.failure,
        exit_code: event.exit_code,
        signal: event.signal,
      };
    default:
      return assertNever(event, 'worker event');
  }
}

/** Whether this worker has no process, so that it may be started (again). */
export function isOver(state: WorkerState): boolean {
  return state.status !== 'starting' && state.status !== 'running' && state.status !== 'stopping';
}

/** Returns the process of a worker that may still run, or null. */
export function liveProcess(state: WorkerState): ProcessIdentity | null {
  return state.status === 'running' || state.status === 'stopping' ? state.process : null;
}
