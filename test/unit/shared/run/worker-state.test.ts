import { describe, expect, test } from 'vitest';
import {
  isOver,
  liveProcess,
  nextWorkerState,
  type WorkerEvent,
  type WorkerState,
} from '../../../../shared/run/worker-state.ts';

const PROCESS = { pid: 70, pgid: 69, start_time: 5, boot_id: 'boot' };
const EXIT_0 = { exit_code: 0, signal: null, failure: null };

const STATES = {
  pending: { status: 'pending' },
  starting: { status: 'starting', start: 1 },
  running: { status: 'running', start: 1, process: PROCESS },
  'stopping before its process is known': { status: 'stopping', start: 1, process: null, cause: 'timeout' },
  stopping: { status: 'stopping', start: 1, process: PROCESS, cause: 'timeout' },
  completed: { status: 'completed', start: 1, ...EXIT_0 },
  failed: { status: 'failed', start: 1, ...EXIT_0, exit_code: 3 },
  stopped: { status: 'stopped', start: 1, ...EXIT_0, exit_code: null, signal: 'SIGTERM' },
  lost: { status: 'lost', start: 1, ...EXIT_0, exit_code: null },
} satisfies Record<string, WorkerState>;
type StateName = keyof typeof STATES;

const EVENTS = {
  start: { type: 'start', start: 2 },
  running: { type: 'running', process: PROCESS },
  stop: { type: 'stop', cause: 'run-stopped' },
  ended: { type: 'ended', outcome: 'failed', ...EXIT_0, exit_code: 3 },
} satisfies Record<string, WorkerEvent>;
type EventName = keyof typeof EVENTS;

const ENDED: WorkerState = { status: 'failed', start: 1, ...EXIT_0, exit_code: 3 };
const STARTED_AGAIN: WorkerState = { status: 'starting', start: 2 };

/** Every transition that is legal; all others are refused. */
const LEGAL: Partial<Record<StateName, Partial<Record<EventName, WorkerState>>>> = {
  pending: { start: STARTED_AGAIN },
  starting: {
    running: { status: 'running', start: 1, process: PROCESS },
    stop: { status: 'stopping', start: 1, process: null, cause: 'run-stopped' },
    ended: ENDED,
  },
  running: { stop: { status: 'stopping', start: 1, process: PROCESS, cause: 'run-stopped' }, ended: ENDED },
  'stopping before its process is known': { running: STATES.stopping, ended: ENDED },
  stopping: { ended: ENDED },
  completed: { start: STARTED_AGAIN },
  failed: { start: STARTED_AGAIN },
  stopped: { start: STARTED_AGAIN },
  lost: { start: STARTED_AGAIN },
};

const stateNames = Object.keys(STATES) as StateName[];
const eventNames = Object.keys(EVENTS) as EventName[];

describe.each(stateNames)('a worker that is %s', (name) => {
  test.each(eventNames)('%s', (event) => {
    expect(nextWorkerState(STATES[name], EVENTS[event])).toEqual(LEGAL[name]?.[event] ?? null);
  });
});

test('only a worker that may be started again is over', () => {
  expect(stateNames.filter((name) => isOver(STATES[name]))).toEqual([
    'pending',
    'completed',
    'failed',
    'stopped',
    'lost',
  ]);
});

test('only a running or stopping worker has a process that may be alive', () => {
  expect(stateNames.filter((name) => liveProcess(STATES[name]) !== null)).toEqual(['running', 'stopping']);
});
