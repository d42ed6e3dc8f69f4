import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { patience } from '../helpers/patience.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

/** By then the worker has begun to wait for SIGTERM, on a busy machine too. */
const LIMIT_SECONDS = patience(2_000) / 1000;

const DISPATCHES = ['each', 'queue', 'list'] as const;
type Dispatch = (typeof DISPATCHES)[number];
type Manner = 'reports-and-exits' | 'reports-and-hangs' | 'exits' | 'fails' | 'leaves' | 'half';

const FINISHED: readonly Manner[] = ['reports-and-exits', 'reports-and-hangs', 'exits'];
const UNFINISHED: readonly Manner[] = ['fails', 'leaves', 'half'];
const cases = (manners: readonly Manner[]) =>
  DISPATCHES.flatMap((dispatch) => manners.map((manner): [Dispatch, Manner] => [dispatch, manner]));

function stepOf(rig: EngineRig, dispatch: Dispatch, manner: Manner, more: object = {}) {
  const arguments_ = dispatch === 'each' ? ['{file}', '{output}'] : dispatch === 'list' ? ['{manifest}'] : [];
  return {
    dispatch,
    outputs: ['{stem}.out'],
    retries: 0,
    command: ['{node}', worker('finishes-in-grace.mjs'), dispatch, manner, `${rig.folder}/ledger`, ...arguments_],
    ...more,
  };
}

async function atWork(rig: EngineRig, dispatch: Dispatch, manner: Manner): Promise<RigRun> {
  const run = await rig.start({ steps: [stepOf(rig, dispatch, manner)], files: { 'a.txt': 'aaaa' } });
  await until(() => run.log().includes('waits'), 'the worker to have its item');
  return run;
}

describe('an item that its worker finishes after it was asked to end', () => {
  it.each(cases(FINISHED))('of %s (%s) is complete when the run is stopped, and not done again', async (...given) => {
    // Long enough for a loaded machine; a worker that hangs after its report is ended by force below.
    const rig = new EngineRig({ env: { DROVER_STOP_GRACE_MS: given[1] === 'reports-and-hangs' ? '1500' : '20000' } });
    const run = await atWork(rig, ...given);
    expect(await run.stop()).toMatchObject({ status: 'stopped', items: { complete: 1, pending: 0, failed: 0 } });
    expect(run.output('a.out')).toBe('aaaa');
    expect(await run.resume()).toMatchObject({ status: 'completed', items: { complete: 1 } });
    expect(run.eventsOf('dispatching')).toHaveLength(1);
    expect(run.eventsOf('items-released')).toEqual([]);
  });

  it.each(cases(UNFINISHED))('of %s (%s) is taken back when the run is stopped, and done again', async (...given) => {
    const rig = new EngineRig({ env: { DROVER_STOP_GRACE_MS: '20000' } });
    const run = await atWork(rig, ...given);
    expect(await run.stop()).toMatchObject({ status: 'stopped', items: { complete: 0, pending: 1, failed: 0 } });
    expect(run.item('a.txt').attempts).toBe(0);
    expect(await run.resume()).toMatchObject({ status: 'completed', items: { complete: 1 } });
    expect(run.output('a.out')).toBe('aaaa');
  });

  it.each(cases(FINISHED.slice(0, 1)))('of %s (%s) is complete when its time was over', async (dispatch, manner) => {
    const rig = new EngineRig({ env: { DROVER_STOP_GRACE_MS: '20000' } });
    const step = stepOf(rig, dispatch, manner, { timeout_seconds: LIMIT_SECONDS });
    const run = await rig.run({ steps: [step], files: { 'a.txt': 'aaaa' } });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 1 } });
    expect(run.eventsOf('worker-stopping')).toMatchObject([{ cause: 'timeout' }]);
  });

  it.each(cases(FINISHED.slice(0, 1)))(
    'of %s (%s) is complete when it counted as stalled',
    async (dispatch, manner) => {
      const rig = new EngineRig({ env: { DROVER_STOP_GRACE_MS: '20000' } });
      const step = stepOf(rig, dispatch, manner, { stall_timeout_seconds: LIMIT_SECONDS, on_stall: 'restart' });
      const run = await rig.run({ steps: [step], files: { 'a.txt': 'aaaa' } });
      expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 1 } });
      expect(run.eventsOf('worker-stopping')).toMatchObject([{ cause: 'stalled' }]);
    },
  );

  it('of a list does not put the time-out on the next one', async () => {
    const rig = new EngineRig({ env: { DROVER_STOP_GRACE_MS: '20000' } });
    const step = stepOf(rig, 'list', 'reports-and-exits', { timeout_seconds: LIMIT_SECONDS });
    const run = await rig.run({ steps: [step], files: { 'a.txt': 'aaaa', 'b.txt': 'b' } });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 2, failed: 0 } });
    expect(['a.txt', 'b.txt'].map((name) => run.item(name).attempts)).toEqual([1, 1]);
  });
});
