import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HEADLESS } from '../helpers/built-command.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';

const slow = {
  dispatch: 'each',
  command: ['sh', worker('slow.sh'), '{file}', '{output}'],
  outputs: ['{stem}.out'],
  retries: 0,
};
const queue = { command: ['{node}', worker('copies-queue.mjs')], outputs: ['{stem}.out'], retries: 0 };

async function detached(rig: EngineRig, launch: Parameters<EngineRig['request']>[0]): Promise<RigRun> {
  const started = await rig.engine.startRun({ ...rig.request(launch), detach: true });
  if (!started.ok) throw new Error(`${started.error.message} ${started.error.advice}`);
  return rig.of(started.value);
}

describe('a detached run', () => {
  it('is on the disk and owned by another process when the launch returns, and ends by itself', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const waits = { ...queue, command: ['{node}', worker('waits-for-go.mjs'), 'queue'] };
    const run = await detached(rig, { steps: [waits], files: { 'long-a.txt': '100', 'b.txt': '100' } });
    expect(rig.engine.ownedRuns()).toEqual([]);
    const owner = JSON.parse(readFileSync(join(run.directory, 'owner.json'), 'utf8')) as { pid: number };
    expect(owner.pid).not.toBe(process.pid);
    expect(run.items()).toHaveLength(2);
    rig.write({ go: '' });
    await until(async () => (await run.status()).status === 'completed');
    expect([run.output('long-a.out'), run.output('b.out')]).toEqual(['100', '100']);
    await until(() => rig.everything().length === 0, 'the headless engine to end');
  });

  it('is watched to its end by who did not start it', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const types: string[] = [];
    const ended = new Promise<string>((resolve) => {
      rig.engine.subscribe({
        runEvents: ({ events }) => types.push(...events.map(({ type }) => type)),
        runEnded: ({ status }) => resolve(status),
      });
    });
    const run = await detached(rig, { steps: [slow], files: { 'a.txt': '0.3' } });
    await rig.engine.watchRun({ run: run.id });
    expect(await ended).toBe('completed');
    expect(types).toContain('item-complete');
    await until(() => rig.everything().length === 0);
  });

  it('is stopped by who did not start it, and nothing of it is left', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const run = await detached(rig, { steps: [slow], files: { 'a.txt': '60' } });
    await until(() => run.log().includes('begin'));
    const answer = await rig.engine.stopRun({ run: run.id, force: false, by: 'somebody else' });
    expect(answer.ok).toBe(true);
    await until(async () => (await run.status()).status === 'stopped');
    expect(run.eventsOf('stop-requested')).toMatchObject([{ by: 'somebody else', force: false }]);
    await until(() => rig.everything().length === 0);
    expect(run.item('a.txt')).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('cannot be taken by another engine while it is active', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const run = await detached(rig, { steps: [slow], files: { 'a.txt': '60' } });
    const refused = await rig.engine.resumeRun({ run: run.id, detach: false });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'run-active' } });
    await rig.engine.stopRun({ run: run.id, force: true, by: 'the test' });
    await until(() => rig.everything().length === 0);
    expect((await run.status()).status).toBe('stopped');
  });

  it('that could not be handed over says why, and is kept', async () => {
    const rig = new EngineRig({
      headless: [process.execPath, '-e', 'console.error("no such engine"); process.exit(9)'],
    });
    const started = await rig.engine.startRun({
      ...rig.request({ steps: [slow], files: { 'a.txt': '0' } }),
      detach: true,
    });
    expect(started).toMatchObject({
      ok: false,
      error: { reason: 'cannot-start', message: expect.stringContaining('exit code 9') },
    });
    expect(readFileSync(join(rig.home, 'drover.log'), 'utf8')).toContain('no such engine');
    const found = await rig.engine.findRun({ text: 'last', prefer: 'newest' });
    if (!found.ok) throw new Error(found.error.message);
    expect(await rig.of(found.value).resume()).toMatchObject({ status: 'completed' });
  });
});
