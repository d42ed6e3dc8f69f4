import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PreviewProgress } from '../../shared/contract/events.ts';
import { ok } from '../../shared/result.ts';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

const COPIES = {
  command: ['sh', worker('copies.sh'), '{file}', '{output}'],
  dispatch: 'each',
  outputs: ['{stem}.out'],
};

/** A program that stands in for Python and says that modules are missing, as the real one would. */
function fakePython(rig: EngineRig, missing: readonly string[]): string {
  const path = rig.write({ 'bin/python3': `#!/bin/sh\necho '${JSON.stringify(missing)}'\n` });
  chmodSync(path, 0o755);
  return path;
}

function client(rig: EngineRig) {
  const heard: PreviewProgress[] = [];
  const session = rig.engine.openClient({ previewProgress: ({ progress }) => void heard.push(progress) });
  return { session, heard };
}

describe('a look at a launch', () => {
  it('gives the plan and what was checked', async () => {
    const rig = new EngineRig();
    const { session } = client(rig);
    const looked = await session.previewLaunch({ ...rig.request({ steps: [COPIES] }), preview: 'p' });
    if (!looked.ok) throw new Error(looked.error.message);
    expect(looked.value.plan.items).toBe(1);
    expect(looked.value.checks.map(({ subject }) => subject)).toEqual(['command', 'disk', 'outputs']);
    expect(looked.value.checks[0]?.message).toMatch(/^Found \/\S+\/sh\.$/);
    session.close();
  });

  it('names modules that the interpreter does not have', async () => {
    const rig = new EngineRig();
    const python = fakePython(rig, ['torch']);
    rig.write({ 'embed.py': 'import torch, json\n' });
    const step = { command: ['{python}', '-u', '{pipeline_dir}/embed.py'], dispatch: 'queue' };
    Object.assign(rig.env, { DROVER_PYTHON: python });
    const { session } = client(rig);
    const looked = await session.previewLaunch({ ...rig.request({ steps: [step] }), preview: 'p' });
    const imports = looked.ok ? looked.value.checks.find(({ subject }) => subject === 'imports') : undefined;
    expect(imports).toMatchObject({
      state: 'caution',
      message: `${python} does not have torch, which “work” imports.`,
    });
    expect(imports?.advice).toContain('DROVER_PYTHON');
    session.close();
  });

  it('tells how far it is, and ends when it is cancelled or another one begins', async () => {
    const rig = new EngineRig();
    const files = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`${at}.txt`, `${at}`]));
    const slow = { ...COPIES, cost: { command: ['sh', '-c', 'sleep 0.2; echo 1', 'sh', '{file}'] } };
    const { session, heard } = client(rig);
    const request = rig.request({ steps: [slow], files });
    const first = session.previewLaunch({ ...request, preview: 'first' });
    const second = session.previewLaunch({ ...request, preview: 'second' });
    expect(await first).toMatchObject({ ok: false, error: { reason: 'cancelled' } });
    expect(await second).toMatchObject({ ok: true });
    expect(heard.at(-1)).toMatchObject({ found: 8, total: 8 });
    const third = session.previewLaunch({
      ...request,
      overwrite: true,
      inputs: [`${rig.inputFolder}/*.txt`],
      preview: 'third',
    });
    await session.cancelPreview({ preview: 'third' });
    expect(await third).toMatchObject({ ok: false, error: { reason: 'cancelled' } });
    session.close();
  });

  it('is what a start of the same launch goes by, once', async () => {
    const rig = new EngineRig();
    const { session } = client(rig);
    const request = rig.request({ steps: [COPIES] });
    await session.previewLaunch({ ...request, preview: 'p' });
    rig.write({ 'in/late.txt': 'late' });
    const started = await session.startRun({ ...request, name: 'named now', detach: false });
    if (!started.ok) throw new Error(started.error.message);
    const run = rig.of(started.value);
    await run.ended();
    expect(run.state().steps[0]?.counts.total).toBe(1);
    const again = await session.startRun({ ...request, detach: false });
    if (!again.ok) throw new Error(again.error.message);
    await rig.of(again.value).ended();
    expect(rig.of(again.value).state().steps[0]?.counts.total).toBe(2);
    session.close();
  });
});

describe('what a form is told besides', () => {
  it('a pipeline by the path of its file, or why it cannot be used', async () => {
    const rig = new EngineRig();
    const pipeline = rig.pipeline([COPIES]);
    const described = await rig.engine.describePipeline({ pipeline, workingDirectory: rig.folder });
    expect(described).toMatchObject({ ok: true, value: { name: 'test', source: pipeline, patterns: ['*.txt'] } });
    const broken = await rig.engine.describePipeline({ pipeline: './none.json', workingDirectory: rig.folder });
    expect(broken).toMatchObject({ ok: false });
  });

  it('the draft of the last time', async () => {
    const rig = new EngineRig();
    expect(await rig.engine.readDraft({})).toEqual(ok({ draft: null }));
    await rig.engine.keepDraft({ draft: '{"pipeline":"x"}' });
    expect(await rig.engine.readDraft({})).toEqual(ok({ draft: '{"pipeline":"x"}' }));
  });
});

describe('a run that this engine does not own', () => {
  it('has its printed problems read from its logs', async () => {
    const rig = new EngineRig();
    const script = 'echo "WARNING: low memory 12"; echo "WARNING: low memory 13"; echo done > "$2"';
    const step = { ...COPIES, command: ['sh', '-c', script, 'sh', '{file}', '{output}'] };
    const run = await rig.run({ steps: [step] });
    const found = await rig.engine.logProblems({ run: run.id });
    if (!found.ok) throw new Error(found.error.message);
    expect(found.value).toEqual([
      expect.objectContaining({
        step: 1,
        worker: 'worker_0',
        level: 'warning',
        count: 2,
        text: 'WARNING: low memory 12',
      }),
    ]);
  });
});
