import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { patience } from '../helpers/patience.ts';

/** Short items are done in it, on a busy machine too. */
const SECONDS = patience(1_500) / 1000;
const limited = { outputs: ['{stem}.out'], retries: 0, timeout_seconds: SECONDS };
const DISPATCHES = [
  ['queue', { ...limited, command: ['{node}', worker('copies-queue.mjs')] }, '60000'],
  ['list', { ...limited, dispatch: 'list', command: ['sh', worker('copies-list.sh'), '{manifest}'] }, '60'],
  ['each', { ...limited, dispatch: 'each', command: ['sh', worker('slow.sh'), '{file}', '{output}'] }, '60'],
] as const;

describe('timeout_seconds', () => {
  it.each(DISPATCHES)(
    'ends an item of a %s step that takes too long, and the others are done',
    async (_name, step, long) => {
      const rig = new EngineRig();
      const files = { 'slow.txt': `${long}\nxxxxxxxxx`, 'a.txt': '0\nx', 'b.txt': '0\n' };
      const run = await rig.run({ steps: [step], files });
      expect(await run.status()).toMatchObject({
        status: 'completed-with-failures',
        items: { complete: 2, failed: 1 },
      });
      const item = run.item('slow.txt');
      expect(item).toMatchObject({ status: 'failed', attempts: 1, failure: { reason: 'timeout' } });
      expect(item.failure?.advice).toContain('timeout_seconds');
      expect(item.seconds).toBeGreaterThanOrEqual(SECONDS);
      expect(run.eventsOf('worker-stopping').map(({ cause }) => cause)).toEqual(['timeout']);
      expect(rig.processes()).toEqual([]);
    },
  );

  it('counts for every attempt anew', async () => {
    const step = { ...DISPATCHES[2][1], retries: 1, timeout_seconds: 0.2 };
    const run = await new EngineRig().run({ steps: [step], files: { 'a.txt': '60' } });
    expect(run.item('a.txt')).toMatchObject({ attempts: 2, failure: { reason: 'timeout' } });
  });

  it('kills a worker that ignores SIGTERM when its time is over', async () => {
    // Long enough for the worker to begin to ignore it.
    const step = { ...DISPATCHES[2][1], command: ['sh', worker('ignores-sigterm.sh')] };
    const run = await new EngineRig().run({ steps: [step] });
    expect(await run.status()).toMatchObject({ workers: [{ status: 'failed', signal: 'SIGKILL', reason: 'timeout' }] });
  });
});
