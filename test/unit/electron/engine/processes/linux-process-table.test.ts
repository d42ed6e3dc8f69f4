import { type ChildProcess, spawn } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { linuxProcessTable, parseStat } from '../../../../../electron/engine/processes/linux-process-table.ts';

const REST = 'S 1 42 43 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 987654 8192 100 18446744073709551615';

describe('parseStat', () => {
  it('reads state, group, session and start time whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (name) => {
        expect(parseStat(`7 (${name}) ${REST}`)).toEqual({ state: 'S', group: 42, session: 43, startTime: 987_654 });
      }),
    );
    expect(parseStat(`7 (a ) R 1 (b) ${REST}`)).toMatchObject({ group: 42 });
  });

  it('takes nothing from a text that ends too early', () => {
    expect(parseStat('')).toBeNull();
    expect(parseStat('7 (sh) S 1 42')).toBeNull();
  });
});

describe.runIf(process.platform === 'linux')('a snapshot of all processes', () => {
  const RUN = '20261121-051500-123-k3f9';
  const start = (rank: string): ChildProcess =>
    spawn('sleep', ['30'], { detached: true, env: { DROVER_RUN_ID: RUN, DROVER_STEP: '1', DROVER_RANK: rank } });
  const found = (step: number | null, rank: number | null): number[] =>
    linuxProcessTable
      .snapshot()
      .membersOf({ pgid: null, run: RUN, step, rank })
      .map(({ pid }) => pid);

  it('finds what carries a run, a step and a rank in its environment, in whatever session it is', async () => {
    const workers = [start('1'), start('12')];
    onTestFinished(() => {
      for (const worker of workers) worker.kill('SIGKILL');
    });
    const pids = workers.map(({ pid }) => pid);
    await expect.poll(() => new Set(found(1, null))).toEqual(new Set(pids));
    expect(found(null, null)).toHaveLength(2);
    expect(found(1, 1)).toEqual([pids[0]]);
    expect(found(1, 2)).toEqual([]);
    expect(found(2, 1)).toEqual([]);
  });
});
