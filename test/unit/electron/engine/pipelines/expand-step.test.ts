import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandOutputs, prepareOutputs } from '../../../../../electron/engine/pipelines/expand-outputs.ts';
import { expandCommand, expandCostCommand } from '../../../../../electron/engine/pipelines/expand-step.ts';
import type { StepContext, WorkerContext } from '../../../../../electron/engine/pipelines/step-values.ts';
import { stepSchema } from '../../../../../shared/pipeline/pipeline.ts';

const STEP: StepContext = {
  outputDir: '/out',
  runDirectory: '/runs/r1',
  pipelineDir: '/pipelines',
  resources: '/resources',
  python: '/usr/bin/python3',
  node: '/resources/node',
  parameters: { batch_size: 8, model: '/m/{file}.pt' },
};
const GPU = { kind: 'nvidia', index: 3, uuid: 'GPU-1', name: 'A' } as const;
const WORKER: WorkerContext = { rank: 1, worldSize: 4, device: GPU };
const ITEM = { file: '/data/sub/a.fa.gz', relative_dir: 'sub' };

function makeStep(step: Record<string, unknown>) {
  return stepSchema.parse({ name: 's', dispatch: 'each', command: ['x'], ...step });
}

function outputsOf(outputs: string[], item = ITEM, parameters: StepContext['parameters'] = {}) {
  const result = expandOutputs(makeStep({ outputs }), item, { outputDir: '/out', parameters });
  return result.ok ? result.value : result.error.message;
}

describe('outputs', () => {
  test('lie in the output folder, in the folder of their item below its PATH', () => {
    expect(outputsOf(['{stem}.out', 'x/{name}.ids'])).toEqual(['/out/sub/a.out', '/out/sub/x/a.fa.gz.ids']);
    expect(outputsOf(['{stem}.out'], { file: '/data/a.fa', relative_dir: '' })).toEqual(['/out/a.out']);
  });

  test('say with {relative_dir} themselves where that folder goes', () => {
    expect(outputsOf(['npy/{relative_dir}/{stem}.npy'])).toEqual(['/out/npy/sub/a.npy']);
    expect(outputsOf(['{relative_dir}/{stem}.npy'], { file: '/data/a.fa', relative_dir: '' })).toEqual(['/out/a.npy']);
  });

  test('of many items are made by one preparation', () => {
    const outputs = prepareOutputs(makeStep({ outputs: ['{param.batch_size}/{stem}.out'] }), STEP);
    const results = ['a', 'b'].map((name) => outputs({ file: `/data/${name}.fa`, relative_dir: '' }));
    expect(results).toEqual([
      { ok: true, value: ['/out/8/a.out'] },
      { ok: true, value: ['/out/8/b.out'] },
    ]);
  });

  test('take names as they are, whatever these look like', () => {
    expect(outputsOf(['{stem}.out'], { file: '/data/{output}.fa', relative_dir: '' })).toEqual(['/out/{output}.out']);
  });

  test('never leave the output folder', () => {
    const escape = (x: string) => outputsOf(['{param.x}'], ITEM, { x });
    expect(escape('/etc/passwd')).toContain('becomes "/etc/passwd", but it must be relative');
    expect(escape('../../../x')).toContain('must not leave the output folder');
    expect(escape('')).toContain('must name a file');
    expect(outputsOf(['{stem}'], { file: '/data/...fa', relative_dir: '' })).toContain('must not leave');
    expect(outputsOf(['{stem}'], { file: '/data/a.fa', relative_dir: '../up' })).toContain('must not leave');
    const part = fc.constantFrom('..', '.', '/', 'a', '{param.x}', '');
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (value, folder) => {
        const item = { file: '/data/a.fa', relative_dir: folder.join('/') };
        const paths = outputsOf(['{param.x}', '{relative_dir}/{param.x}'], item, { x: value.join('/') });
        const outside = (path: string) => !path.startsWith('/out/') || path.split('/').includes('..');
        expect(typeof paths === 'string' ? [] : paths.filter(outside)).toEqual([]);
      }),
    );
  });
});

describe('a command', () => {
  test('of an item is filled with the item, its worker and the parameters', () => {
    const step = makeStep({
      command: ['{python}', '{file}', '{name}:{stem}', '{output}', '{rank}/{world_size}', '{device} {device_uuid}'],
      env: { BATCH: '{param.batch_size}', DIR: '{output_dir}/{relative_dir}' },
      cwd: '{pipeline_dir}',
      outputs: ['{stem}.out'],
    });
    expect(expandCommand(step, { step: STEP, worker: WORKER, item: { ...ITEM, outputs: ['/out/sub/a.out'] } })).toEqual(
      {
        ok: true,
        value: {
          command: ['/usr/bin/python3', ITEM.file, 'a.fa.gz:a', '/out/sub/a.out', '1/4', '3 GPU-1'],
          env: { BATCH: '8', DIR: '/out/sub' },
          cwd: '/pipelines',
        },
      },
    );
  });

  test('runs in the run’s directory, and a relative cwd begins there', () => {
    const cwd = (step: Record<string, unknown>) => {
      const result = expandCommand(makeStep(step), { step: STEP, worker: WORKER });
      return result.ok ? result.value.cwd : null;
    };
    expect(cwd({})).toBe('/runs/r1');
    expect(cwd({ cwd: 'work' })).toBe('/runs/r1/work');
    expect(cwd({ cwd: '/tmp' })).toBe('/tmp');
  });

  test('gets values as they are: no second look, no splitting', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('{output}', ' ', '"', '$(x)', '{{', '}'), (text, special) => {
        const file = `/data/${text}${special}`;
        const item = { file, relative_dir: '', outputs: ['/out/x'] };
        const result = expandCommand(makeStep({ command: ['cat', '<{file}>'] }), { step: STEP, worker: WORKER, item });
        expect(result.ok && result.value.command).toEqual(['cat', `<${file}>`]);
      }),
    );
    const result = expandCommand(makeStep({ command: ['cat', '{param.model}'] }), { step: STEP, worker: WORKER });
    expect(result.ok && result.value.command).toEqual(['cat', '/m/{file}.pt']);
  });

  test.each([
    [GPU, 'cuda:0', '3', 'GPU-1'],
    [{ kind: 'apple', index: 0, uuid: null, name: 'M' } as const, 'mps', '0', ''],
    [{ kind: 'cpu', index: 2, uuid: null, name: 'CPU' } as const, 'cpu', '2', ''],
    [null, 'cpu', '0', ''],
  ])('names the device %j for PyTorch as %s', (device, torch, index, uuid) => {
    const step = makeStep({ dispatch: 'queue', command: ['x', '{torch_device}', '{device}', '{device_uuid}'] });
    const result = expandCommand(step, { step: STEP, worker: { rank: 0, worldSize: 1, device } });
    expect(result.ok && result.value.command).toEqual(['x', torch, index, uuid]);
  });

  test('of a list gets one argument per file, or the manifest', () => {
    const list = { files: () => ['/a b', '/c{file}'], manifest: '/runs/r1/m.txt' };
    const step = makeStep({ dispatch: 'list', command: ['x', '--in', '{files}', '--list={manifest}'] });
    const result = expandCommand(step, { step: STEP, worker: WORKER, list });
    expect(result.ok && result.value.command).toEqual(['x', '--in', '/a b', '/c{file}', '--list=/runs/r1/m.txt']);
  });

  test('with more files than a command line holds is refused, naming {manifest}', () => {
    const files = Array.from({ length: 10_000 }, (_, index) => `/data/${'é'.repeat(50)}${index}.fa`);
    const list = { files: () => files, manifest: '/m' };
    const listStep = (command: string[]) => makeStep({ dispatch: 'list', command });
    const refused = expandCommand(listStep(['x', '{files}']), { step: STEP, worker: WORKER, list });
    expect(refused).toMatchObject({ ok: false, error: { reason: 'arguments-too-long' } });
    expect(!refused.ok && refused.error.advice).toContain('{manifest}');
    expect(expandCommand(listStep(['x', '{manifest}']), { step: STEP, worker: WORKER, list }).ok).toBe(true);
  });

  test('of a join names the files by their words', () => {
    const inputs = { steps: { dna: 'a', protein: 'b' } };
    const step = makeStep({ inputs, command: ['x', '{file.dna}', '{file.protein}'] });
    const item = { ...ITEM, joined: { dna: '/d', protein: '/p' }, outputs: [] };
    const result = expandCommand(step, { step: STEP, worker: WORKER, item });
    expect(result.ok && result.value.command).toEqual(['x', '/d', '/p']);
  });

  test('that estimates costs is filled with the file', () => {
    expect(expandCostCommand(['wc', '-c', '{file}', '{stem}', '{param.batch_size}'], '/d/a.fa', STEP)).toEqual([
      'wc',
      '-c',
      '/d/a.fa',
      'a',
      '8',
    ]);
  });
});
