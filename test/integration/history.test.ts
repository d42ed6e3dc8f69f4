import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { HEADLESS } from '../helpers/built-command.ts';
import { EngineRig, type StepInput, worker } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';
import { valueOf } from '../helpers/value-of.ts';

const COPY: StepInput = {
  command: ['sh', worker('copies.sh'), '{file}', '{output}'],
  dispatch: 'each',
  outputs: ['{stem}.out'],
};
const SLOW: StepInput = { ...COPY, command: ['sh', worker('slow.sh'), '{file}', '{output}'] };

/** What the engine tells somebody who watches the list of runs. */
async function watchList(rig: EngineRig): Promise<Map<string, RunListEntry>> {
  const entries = new Map<string, RunListEntry>();
  let loaded = false;
  rig.engine.subscribe({
    runsChanged: (change) => {
      loaded = change.loaded;
      for (const entry of change.changed) entries.set(entry.run, entry);
      for (const directory of change.removed) entries.delete(directory.split('/').at(-1) ?? '');
    },
  });
  await rig.engine.watchRuns({});
  await until(() => loaded);
  return entries;
}

describe('deleting a run', () => {
  it('removes its folder with all that is in it, and whoever watches the list is told', async () => {
    const rig = new EngineRig();
    const list = await watchList(rig);
    const run = await rig.run({ steps: [COPY], files: { 'a.txt': 'a' } });
    await until(() => list.get(run.id)?.status === 'completed');
    const [size] = valueOf(await rig.engine.runSizes({ runs: [run.id] }));
    expect(size?.bytes).toBeGreaterThan(statSync(join(run.directory, 'journal.ndjson')).size);
    expect(await rig.engine.deleteRun({ run: run.id })).toEqual({ ok: true, value: { bytes: size?.bytes } });
    expect(readdirSync(join(rig.home, 'runs/test'))).toEqual([]);
    await until(() => !list.has(run.id));
  });

  it('leaves outputs that were written elsewhere', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const run = await rig.run({ steps: [COPY], files: { 'a.txt': 'a' }, output });
    await rig.engine.deleteRun({ run: run.id });
    expect([existsSync(run.directory), readdirSync(output)]).toEqual([false, ['a.out']]);
  });

  it('is refused while the run is active', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [SLOW], files: { 'a.txt': '30' } });
    const refused = await rig.engine.deleteRun({ run: run.id });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'run-active' } });
    expect(existsSync(run.directory)).toBe(true);
    await run.stop(true);
    expect((await rig.engine.deleteRun({ run: run.id })).ok).toBe(true);
  });

  it('is refused while workers of an engine that crashed still run', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const started = await rig.engine.startRun({
      ...rig.request({ steps: [SLOW], files: { 'a.txt': '30' } }),
      detach: true,
    });
    if (!started.ok) throw new Error(started.error.message);
    const run = rig.of(started.value);
    await until(() => run.eventsOf('worker-running').length === 1, 'the worker');
    const [taken] = run.eventsOf('owner-taken');
    process.kill(taken?.pid ?? 0, 'SIGKILL');
    await until(async () => (await run.status()).status === 'interrupted', 'the end of the engine');
    const refused = await rig.engine.deleteRun({ run: run.id });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'run-active' } });
    expect(refused.ok ? '' : refused.error.message).toContain('its workers still run');
    // Not by age either: a worker that loads a model is silent for longer than one may ask for.
    expect(await rig.engine.clean({ olderThanDays: 0, logsOnly: false, dryRun: false })).toMatchObject({
      ok: true,
      value: { runs: [] },
    });
    for (const { pgid } of run.eventsOf('worker-running')) process.kill(-pgid, 'SIGKILL');
    await until(() => rig.processes().length === 0, 'the end of the worker');
    expect((await rig.engine.deleteRun({ run: run.id })).ok).toBe(true);
  });

  it('says so when there is no such run', async () => {
    const refused = await new EngineRig().engine.deleteRun({ run: '20261121-051500-123-k3f9' });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'unknown-run' } });
  });
});

describe('what a run was launched with', () => {
  it('is what launches it again', async () => {
    const rig = new EngineRig();
    const request = rig.request({
      steps: [{ ...COPY, command: [...COPY.command, '{param.size}'] }],
      parameterTypes: { size: { type: 'integer', default: 3 } },
      files: { 'a.txt': 'a', 'deep/b.txt': 'b' },
      parameters: { size: '7' },
      inputs: ['in'],
      output: 'results',
      retries: 2,
      name: 'once',
    } as Parameters<EngineRig['request']>[0]);
    const started = await rig.engine.startRun({ ...request, inputs: ['in'], detach: false });
    if (!started.ok) throw new Error(started.error.message);
    await rig.of(started.value).ended();
    const asked = await rig.engine.launchRequestOf({ run: started.value.run });
    const { folder } = rig;
    expect(asked).toEqual({
      ok: true,
      value: {
        ...request,
        inputs: [join(folder, 'in')],
        output: join(folder, 'results'),
        parameters: { size: '7' },
        workingDirectory: process.cwd(),
      },
    });
    if (!asked.ok) return;
    const again = await rig.engine.startRun({ ...asked.value, overwrite: true, detach: false });
    if (!again.ok) throw new Error(again.error.message);
    expect((await rig.of(again.value).ended()).items.complete).toBe(2);
  });
});

describe('the list of runs', () => {
  it('shows the progress of own runs without reading their journals, and their ends', async () => {
    const rig = new EngineRig();
    const list = await watchList(rig);
    const run = await rig.start({ steps: [SLOW], files: { 'a.txt': '0.02', 'b.txt': '30' } });
    await until(() => list.get(run.id)?.items.complete === 1, 'the first item');
    expect(list.get(run.id)).toMatchObject({ status: 'running', devices: [{ kind: 'cpu', count: 1 }] });
    await run.stop(true);
    await until(() => list.get(run.id)?.status === 'stopped', 'the end');
  });

  it('shows a run that another process starts', async () => {
    const rig = new EngineRig({ headless: HEADLESS });
    const list = await watchList(rig);
    const started = await rig.engine.startRun({ ...rig.request({ steps: [COPY] }), detach: true });
    if (!started.ok) throw new Error(started.error.message);
    await until(() => list.get(started.value.run)?.status === 'completed', 'its end');
    expect(list.get(started.value.run)?.items).toEqual({ total: 1, complete: 1, failed: 0 });
  });
});
