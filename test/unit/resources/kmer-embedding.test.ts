import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pipelineSchema } from '../../../shared/pipeline/pipeline.ts';
import { RESOURCES } from '../../helpers/import-resource.ts';

const pipeline = pipelineSchema.parse(
  JSON.parse(readFileSync(join(RESOURCES, 'pipelines/kmer-embedding.json'), 'utf8')),
);

describe('the bundled pipeline kmer-embedding', () => {
  it('follows the schema, and its name is that of its file', () => {
    expect(pipeline.name).toBe('kmer-embedding');
    expect(pipeline.steps.map(({ name, dispatch, cost, device }) => ({ name, dispatch, cost, device }))).toEqual([
      { name: 'embed', dispatch: 'queue', cost: 'fasta-residues', device: 'gpu' },
    ]);
  });

  it('calls a worker that is there, with the parameters that it declares', () => {
    const [node, worker, ...rest] = pipeline.steps[0]?.command ?? [];
    expect(node).toBe('{node}');
    expect(existsSync(worker?.replace('{resources}', RESOURCES) ?? '')).toBe(true);
    expect(rest).toEqual(['--k', '{param.k}', '--ids', '{param.ids}', '--check-kind', '{param.check_kind}']);
    expect(pipeline.parameters['k']).toMatchObject({ type: 'integer', default: 4, minimum: 1, maximum: 8 });
  });

  it('finds every sample', () => {
    const samples = readdirSync(join(RESOURCES, 'samples')).filter((name) => !name.endsWith('.mjs'));
    const left = samples.filter((name) => !pipeline.inputs.patterns.some((pattern) => matchesGlob(name, pattern)));
    expect(samples.length).toBeGreaterThan(10);
    expect(left).toEqual([]);
  });
});
