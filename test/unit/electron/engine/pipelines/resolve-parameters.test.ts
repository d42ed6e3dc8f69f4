import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveParameters } from '../../../../../electron/engine/pipelines/resolve-parameters.ts';
import { pipelineSchema } from '../../../../../shared/pipeline/pipeline.ts';
import { makeFileTree } from '../../../../helpers/file-tree.ts';

function resolved(parameters: unknown, given: Record<string, string>, folders = { pipeline: '/p', work: '/w' }) {
  const pipeline = pipelineSchema.parse({
    name: 'p',
    inputs: { patterns: ['*'] },
    parameters,
    steps: [{ name: 'a', command: ['a'] }],
  });
  const result = resolveParameters({ pipeline, pipelineDir: folders.pipeline }, given, folders.work);
  return result.ok ? result.value : result.error.message;
}

describe('parameters', () => {
  test('are defaults when nothing is given', () => {
    const parameters = { k: { type: 'integer', default: 4 }, fast: { type: 'boolean', default: false } };
    expect(resolved(parameters, {})).toEqual({ k: 4, fast: false });
  });

  test.each([
    ['integer', '12', 12],
    ['integer', '-3', -3],
    ['number', '1e-3', 0.001],
    ['number', '.5', 0.5],
    ['boolean', 'true', true],
    ['boolean', 'No', false],
    ['string', '', ''],
    ['string', '{file}', '{file}'],
  ])('of type %s take %j', (type, text, value) => {
    expect(resolved({ p: { type } }, { p: text })).toEqual({ p: value });
  });

  test.each([
    ['integer', '1.5', 'must be a whole number, found "1.5"'],
    ['integer', '', 'must be a whole number, found ""'],
    ['integer', '99999999999999999999', 'must be a whole number'],
    ['number', '0x10', 'must be a number, found "0x10"'],
    ['number', '1e999', 'must be a number'],
    ['number', 'NaN', 'must be a number'],
    ['boolean', 'maybe', 'must be true or false, found "maybe"'],
    ['string', 'a\0b', 'holds a NUL character'],
  ])('of type %s refuse %j', (type, text, complaint) => {
    expect(resolved({ p: { type } }, { p: text })).toContain(`Parameter "p" ${complaint}`);
  });

  test('stay within limits and choices', () => {
    const size = { type: 'integer', minimum: 1, maximum: 64 };
    expect(resolved({ size }, { size: '0' })).toBe('Parameter "size" must be at least 1, found "0".');
    expect(resolved({ size }, { size: '65' })).toBe('Parameter "size" must be at most 64, found "65".');
    expect(resolved({ size }, { size: '64' })).toEqual({ size: 64 });
    const mode = { type: 'choice', choices: ['mean', 'max'] };
    expect(resolved({ mode }, { mode: 'maen' })).toContain('must be one of mean, max (did you mean mean?)');
    expect(resolved({ mode }, { mode: 'max' })).toEqual({ mode: 'max' });
  });

  test('that are unknown or missing are named, all at once', () => {
    const parameters = { batch_size: { type: 'integer' }, toString: { type: 'string' } };
    expect(resolved(parameters, { batchsize: '3' })).toBe(
      [
        'There is no parameter "batchsize". Did you mean "batch_size"?',
        'Parameter "batch_size" is missing: it has no default and must be given.',
        'Parameter "toString" is missing: it has no default and must be given.',
      ].join('\n'),
    );
    expect(resolved({}, { constructor: '1' })).toContain(
      'There is no parameter "constructor". This pipeline has none.',
    );
  });

  test('that are files and folders become absolute and must be there', async () => {
    const root = await makeFileTree({ 'work/model.pt': 'x', 'pipeline/model.pt': 'y' });
    const folders = { pipeline: join(root, 'pipeline'), work: join(root, 'work') };
    const model = { type: 'file', default: 'model.pt' };
    const cache = { type: 'folder' };
    expect(resolved({ model }, {}, folders)).toEqual({ model: join(root, 'pipeline/model.pt') });
    expect(resolved({ model }, { model: 'model.pt' }, folders)).toEqual({ model: join(root, 'work/model.pt') });
    expect(resolved({ model }, { model: '..' }, folders)).toContain('must name a file, but');
    expect(resolved({ model }, { model: 'no.pt' }, folders)).toContain(
      `names ${join(root, 'work/no.pt')}, which is not`,
    );
    expect(resolved({ cache }, { cache: '.' }, folders)).toEqual({ cache: join(root, 'work') });
    expect(resolved({ cache }, { cache: 'model.pt' }, folders)).toContain('must name a folder, but');
    expect(resolved({ cache }, { cache: '' }, folders)).toContain('must name a folder, found nothing');
    expect(resolved({ cache: { type: 'folder', default: '' } }, {}, folders)).toEqual({ cache: '' });
  });
});
