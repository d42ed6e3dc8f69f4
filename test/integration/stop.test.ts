import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

const one = { outputs: ['{stem}.out'], retries: 0 };
/** The same work in every dispatch: a file's first number is its time, in seconds or for the queue in milliseconds. */
const DISPATCHES = [
  ['queue', { ...one, command: ['{node}', worker('copies-queue.mjs')] }, '60000'],
  ['list', { ...one, dispatch: 'list', command: ['sh', worker('copies-list.sh'), '{manifest}'] }, '60'],
  ['each', { ...one, dispatch: 'each', command: ['sh', worker('slow.sh'), '{file}', '{output}'] }, '60'],
] as const;
const stubborn = { ...one, dispatch: 'each', command: ['sh', worker('ignores-sigterm.sh')] };
/** Longer than any test: what ends before did not wait for it. */
const ENDLESS_GRACE = { DROVER_STOP_GRACE_MS: '600000' };

describe('stop', () => {
  it.each(DISPATCHES)('of a %s step takes back what was under way, and resume does it', async (_name, step, long) => {
    const rig = new EngineRig();
    const files = { 'slow.txt': `${long}\nxxxxxx`, 'fast.txt': '0', 'last.txt': '0' };
    const run = await rig.start({ steps: [step], files, devices: 'cpu:2' });
    await until(() => run.state().steps[0]?.counts.complete === 2, 'the short items');
    const stopped = await run.stop();
    expect(stopped).toMatchObject({ status: 'stopped', items: { complete: 2, pending: 1, running: 0, failed: 0 } });
    expect(rig.processes()).toEqual([]);
    expect(run.item('slow.txt')).toMatchObject({ status: 'pending', attempts: 0 });
    expect(run.outputs()).toEqual(['fast.out', 'last.out']);
    expect(run.eventsOf('worker-ended').some(({ outcome }) => outcome === 'stopped')).toBe(true);

    rig.write({ 'in/slow.txt': '0\n' });
    expect(await run.resume()).toMatchObject({ status: 'completed', items: { complete: 3 } });
    expect(['fast.txt', 'last.txt', 'slow.txt'].map((name) => run.item(name).attempts)).toEqual([1, 1, 1]);
    expect(run.output('slow.out')).toBe('0\n');
    expect(run.state().ignored).toBe(0);
  });

  it('kills a worker that ignores SIGTERM after the grace, and says how it ended', async () => {
    const run = await new EngineRig().start({ steps: [stubborn] });
    await until(() => run.log().includes('ready'));
    expect(await run.stop()).toMatchObject({
      status: 'stopped',
      workers: [{ status: 'stopped', exit_code: null, signal: 'SIGKILL', reason: 'killed-by-us' }],
    });
    expect(run.log()).toContain('not yet');
    expect(run.item('a.txt')).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('reaches what left the group for a session of its own', async () => {
    const rig = new EngineRig();
    const step = {
      ...one,
      dispatch: 'each',
      command: ['sh', worker('escapes-session.sh'), '60', '{file}', '{output}'],
    };
    const run = await rig.start({ steps: [step] });
    await until(() => rig.processes().length === 4, 'launcher, worker, its sleep and the one in its own session');
    expect((await run.stop()).status).toBe('stopped');
    expect(rig.processes()).toEqual([]);
  });

  it('by force does not wait for the grace', async () => {
    const run = await new EngineRig({ env: ENDLESS_GRACE }).start({ steps: [stubborn] });
    await until(() => run.log().includes('ready'));
    expect(await run.stop(true)).toMatchObject({ status: 'stopped', workers: [{ signal: 'SIGKILL' }] });
    expect(run.log()).not.toContain('not yet');
  });

  it('becomes more urgent when it is asked for again by force', async () => {
    const rig = new EngineRig({ env: ENDLESS_GRACE });
    const run = await rig.start({ steps: [stubborn] });
    await until(() => run.log().includes('ready'));
    await rig.engine.stopRun({ run: run.id, force: false, by: 'the test' });
    await until(() => run.log().includes('not yet'));
    expect(rig.engine.ownedRuns()).toEqual([run.id]);
    expect((await run.stop(true)).status).toBe('stopped');
    expect(run.eventsOf('stop-requested').map(({ force }) => force)).toEqual([false, true]);
    expect(run.eventsOf('worker-stopping')).toHaveLength(1);
  });

  it.each(DISPATCHES)(
    'asked for before a %s step has started leaves nothing behind and can be resumed',
    async (_name, step) => {
      const rig = new EngineRig();
      const run = await rig.start({ steps: [step], files: { 'a.txt': '0', 'b.txt': '0' }, devices: 'cpu:2' });
      expect(await run.stop()).toMatchObject({ status: 'stopped', items: { running: 0 } });
      expect(rig.processes()).toEqual([]);
      expect(await run.resume()).toMatchObject({ status: 'completed', items: { complete: 2 } });
    },
  );

  it.each(DISPATCHES)('asked for at the moment a %s worker starts is acted on', async (_name, step, long) => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [step], files: { 'a.txt': long } });
    await until(() => run.eventsOf('worker-starting').length > 0);
    expect(await run.stop()).toMatchObject({ status: 'stopped', items: { pending: 1, running: 0 } });
    expect(rig.processes()).toEqual([]);
  });

  it('ends after the step under way and starts no later one', async () => {
    const slow = { name: 'slow', ...DISPATCHES[2][1] };
    const later = { name: 'later', inputs: 'previous', dispatch: 'each', command: ['true'] };
    const rig = new EngineRig();
    const run = await rig.start({ steps: [slow, later], files: { 'a.txt': '60' } });
    await until(() => run.log().includes('begin'));
    expect(await run.stop()).toMatchObject({
      status: 'stopped',
      steps: [{ status: 'stopped' }, { status: 'pending' }],
    });
    rig.write({ 'in/a.txt': '0\n' });
    expect(await run.resume()).toMatchObject({ status: 'completed', items: { total: 2, complete: 2 } });
  });

  it('of a run that has ended changes nothing', async () => {
    const rig = new EngineRig();
    const run = await rig.run({
      steps: [{ ...one, dispatch: 'each', command: ['sh', worker('copies.sh'), '{file}', '{output}'] }],
    });
    const before = run.events().length;
    const answer = await rig.engine.stopRun({ run: run.id, force: false, by: 'the test' });
    expect(answer).toEqual({ ok: true, value: { status: 'completed' } });
    expect(run.events()).toHaveLength(before);
  });
});
