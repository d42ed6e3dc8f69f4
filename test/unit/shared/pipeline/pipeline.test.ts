import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipelineSchema } from '../../../../shared/pipeline/pipeline.ts';
import { pipelineJsonSchema } from '../../../../shared/pipeline/pipeline-json-schema.ts';
import { PLACEHOLDERS } from '../../../../shared/pipeline/placeholders.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const STEP_KEYS = Object.keys(pipelineSchema.shape.steps.element.shape);

test('the smallest pipeline gets the documented defaults', () => {
  const pipeline = pipelineSchema.parse({
    name: 'shout',
    inputs: { patterns: ['*.txt'] },
    steps: [{ name: 'shout', command: ['true'] }],
  });
  expect(pipeline.parameters).toEqual({});
  expect(pipeline.steps[0]).toEqual({
    name: 'shout',
    inputs: 'run',
    dispatch: 'queue',
    command: ['true'],
    env: {},
    outputs: [],
    cost: 'bytes',
    device: 'gpu',
    workers_per_device: 1,
    min_free_memory_gib: 0,
    retries: 1,
    timeout_seconds: null,
    on_stall: 'warn',
    success_exit_codes: [0],
    line_buffered: false,
  });
});

test('a bare out-of-memory ladder halves down to 1', () => {
  const { steps } = pipelineSchema.parse({
    name: 'a',
    inputs: { patterns: ['*'] },
    steps: [{ name: 'a', command: ['a'], on_out_of_memory: { parameter: 'n' } }],
  });
  expect(steps[0]?.on_out_of_memory).toEqual({ parameter: 'n', factor: 0.5, minimum: 1 });
});

test('the committed schema for editors is current (else: npx node resources/export-schema.mjs)', async () => {
  const committed: unknown = JSON.parse(await readFile(join(ROOT, 'resources/pipeline.schema.json'), 'utf8'));
  expect(committed).toEqual(pipelineJsonSchema());
});

test('every key and every placeholder stands in the reference', async () => {
  const reference = await readFile(join(ROOT, 'docs/pipelines.md'), 'utf8');
  const words = [
    ...Object.keys(pipelineSchema.shape).map((key) => `\`${key}\``),
    ...STEP_KEYS.map((key) => `\`${key}\``),
    ...PLACEHOLDERS.map((name) => `\`{${name}}\``),
  ];
  expect(words.filter((word) => !reference.includes(word))).toEqual([]);
});
