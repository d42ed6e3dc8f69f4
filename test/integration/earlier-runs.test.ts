import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { putEarlierRun } from '../helpers/earlier-run.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

const copy = { dispatch: 'each', command: ['sh', worker('copies.sh'), '{file}', '{output}'] };
const FILES = { 'a.txt': 'a\n', 'b.txt': 'b\n' };

describe('a run of an earlier release', () => {
  it('is read, reconciled and resumed', async () => {
    const rig = new EngineRig();
    const { run, directory, output } = putEarlierRun(rig.home, rig.folder);
    expect(await rig.engine.reconcile({ run })).toMatchObject({ ok: true, value: { agreed: true } });
    rmSync(join(output, 'b.npy'));
    const found = await rig.engine.reconcile({ run });
    expect(found).toMatchObject({ ok: true, value: { differences: [{ what: 'output missing' }] } });
    expect(await rig.engine.resumeRun({ run, detach: false })).toMatchObject({ ok: true });
    expect(await rig.of({ run, directory }).ended()).toMatchObject({ status: 'completed' });
    expect(rig.of({ run, directory }).eventsOf('item-complete')).toHaveLength(3);
    expect(await rig.engine.reconcile({ run })).toMatchObject({ ok: true, value: { agreed: true } });
  });

  it('has results that are no less safe: they are named, and who replaces them with leave is named, too', async () => {
    const rig = new EngineRig();
    const earlier = putEarlierRun(rig.home, rig.folder);
    const request = {
      pipeline: 'kmer-embedding',
      inputs: [earlier.inputFolder],
      output: earlier.output,
      devices: 'cpu:1',
      parameters: { k: '2' },
      overwrite: false,
      skipInvalid: false,
      workingDirectory: rig.folder,
    };
    const refused = await rig.engine.startRun({ ...request, detach: false });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'output-exists' } });
    expect(!refused.ok && refused.error.message).toContain(`4 results of run ${earlier.run} (kmer-embedding)`);
    const started = await rig.engine.startRun({ ...request, overwrite: true, detach: false });
    if (!started.ok) throw new Error(started.error.message);
    await rig.of(started.value).ended();
    const found = await rig.engine.reconcile({ run: earlier.run });
    const details = found.ok ? found.value.differences.map(({ detail }) => detail).join('\n') : '';
    expect(details).toContain(`was replaced by run ${started.value.run}`);
    const resumed = await rig.engine.resumeRun({ run: earlier.run, detach: false });
    expect(resumed).toMatchObject({ ok: false, error: { reason: 'output-replaced' } });
  });
});

describe('a run whose folder was moved', () => {
  it('finds what it made where it lies now: nothing is done again but what is missing', async () => {
    const rig = new EngineRig();
    const steps = [
      { ...copy, name: 'one', outputs: ['{stem}.one'] },
      { ...copy, name: 'two', inputs: 'previous', outputs: ['{stem}.two'] },
    ];
    const run = await rig.run({ steps, files: FILES });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 4 } });
    await rig.engine.close();
    const moved = join(rig.folder, 'moved');
    renameSync(rig.home, moved);
    const there = new EngineRig({ home: moved });
    const again = there.of({ run: run.id, directory: join(moved, 'runs/test', run.id) });
    const resumed = await there.engine.resumeRun({ run: run.id, detach: false });
    expect(resumed).toMatchObject({ ok: true, value: { alreadyComplete: true } });
    expect(await there.engine.reconcile({ run: run.id })).toMatchObject({ ok: true, value: { agreed: true } });
    rmSync(join(again.directory, 'outputs/step_002/b.two'));
    const before = again.eventsOf('item-complete').length;
    await again.resume();
    expect(again.eventsOf('item-complete')).toHaveLength(before + 1);
    expect(await again.status()).toMatchObject({ status: 'completed', items: { total: 4, complete: 4 } });
  });
});

describe('a run whose metadata.json was edited', () => {
  it('is neither resumed nor retried with what stands there now', async () => {
    const rig = new EngineRig();
    const run = await rig.run({
      steps: [{ ...copy, outputs: ['{stem}.{param.text}'] }],
      parameterTypes: { text: { type: 'string', default: 'out' } },
      files: FILES,
    });
    const path = join(run.directory, 'metadata.json');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.replace('"text": "out"', '"text": "other"'));
    const refusal = { ok: false, error: { reason: 'run-damaged', message: expect.stringContaining(path) } };
    expect(await rig.engine.resumeRun({ run: run.id, detach: false })).toMatchObject(refusal);
    expect(await rig.engine.retryRun({ run: run.id, items: [], detach: false })).toMatchObject(refusal);
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(whole) as object), name: 'another name' }));
    rmSync(join(run.outputFolder(1), 'a.out'));
    expect(await run.resume()).toMatchObject({ status: 'completed' });
    expect(await rig.engine.resumeRun({ run: run.id, detach: false })).toMatchObject({ ok: true });
  });
});
