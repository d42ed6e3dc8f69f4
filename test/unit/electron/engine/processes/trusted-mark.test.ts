import { describe, expect, it } from 'vitest';
import {
  markOf,
  type ProcessTable,
  trustedMark,
  type WorkerMark,
} from '../../../../../electron/engine/processes/process-table.ts';

const WHOSE = { run: '20261121-051500-123-k3f9', step: 1, rank: 0 };
const WORKER = { pid: 101, start_time: 5_000 };

interface Machine {
  /** Start time of process 100, the leader of the group; null when there is none. */
  leader: number | null;
  /** Start time of process 101, the worker. */
  worker?: number | null;
  /** Whether process 100 carries the mark of the worker. */
  isMarked?: boolean;
  seesEnvironment?: boolean;
  namespace?: string | null;
}

function table({
  leader,
  worker = null,
  isMarked = false,
  seesEnvironment = true,
  namespace = '7',
}: Machine): ProcessTable {
  return {
    hasSignals: true,
    seesEnvironment,
    bootId: () => 'boot',
    pidNamespace: () => namespace,
    showsOwnNumbers: () => true,
    hasKernelNumbers: () => true,
    sightElsewhere: () => 'unknown',
    carriesMark: (pid) => pid === 100 && isMarked,
    startTime: (pid) => (pid === 100 ? leader : pid === 101 ? worker : null),
    snapshot: () => ({ membersOf: () => [] }),
    groupExists: () => leader !== null,
    signalGroup: () => true,
    signalProcess: () => true,
  };
}

function groupOf(machine: Machine, mark: Partial<WorkerMark>): number | null {
  return trustedMark(table(machine), { ...WHOSE, pgid: 100, worker: WORKER, ...mark }).pgid;
}

describe('the group of a worker', () => {
  it.each<[string, Machine, Partial<WorkerMark>]>([
    ['its launcher lives, as its start time says', { leader: 4_990 }, { leaderStarted: 4_990 }],
    ['its launcher lives, as its environment says', { leader: 4_990, isMarked: true }, {}],
    [
      'its launcher lives and the worker is not known yet',
      { leader: 4_990 },
      { leaderStarted: 4_990, worker: undefined },
    ],
    ['its launcher is dead and the worker lives', { leader: null, worker: 5_000 }, { leaderStarted: 4_990 }],
    ['its launcher is older, where no environment is seen', { leader: 4_990, seesEnvironment: false }, {}],
  ])('is its own while %s', (_, machine, mark) => {
    expect(groupOf(machine, mark)).toBe(100);
  });

  it.each<[string, Machine, Partial<WorkerMark>]>([
    ['is older than the launcher was', { leader: 17 }, { leaderStarted: 4_990 }],
    ['is younger', { leader: 5_001 }, { leaderStarted: 4_990 }],
    ['is older than the worker, and carries no mark', { leader: 17 }, {}],
    ['is younger than the worker, and carries its mark', { leader: 5_001, isMarked: true }, {}],
    ['is unknown, as the worker is', { leader: 9_999 }, { worker: undefined }],
    ['is younger than the worker, where no environment is seen', { leader: 5_001, seesEnvironment: false }, {}],
    ['leads it while the worker lives elsewhere', { leader: 17, worker: 5_000 }, { leaderStarted: 4_990 }],
  ])('is a stranger’s when who has its number %s', (_, machine, mark) => {
    expect(groupOf(machine, mark)).toBeNull();
  });

  it.each([true, false])(
    'is not trusted when neither launcher nor worker lives (environment seen: %s)',
    (seesEnvironment) => {
      expect(groupOf({ leader: null, seesEnvironment }, { leaderStarted: 4_990 })).toBeNull();
    },
  );
});

describe('the mark of a recorded worker', () => {
  const recorded = { pid: 101, pgid: 100, start_time: 5_000, boot_id: 'boot', pid_namespace: '7', leader_start: 4_990 };

  it('has its numbers', () => {
    expect(markOf(table({ leader: 4_990 }), recorded, WHOSE)).toMatchObject({ pgid: 100, leaderStarted: 4_990 });
  });

  it.each([
    ['in another PID namespace', { pid_namespace: '8' }],
    ['before a restart of the machine', { boot_id: 'earlier' }],
  ])('has none of those that were given %s', (_, change) => {
    expect(markOf(table({ leader: 4_990 }), { ...recorded, ...change }, WHOSE)).toEqual({ ...WHOSE, pgid: null });
  });
});
