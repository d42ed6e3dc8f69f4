import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunStatusDocument } from '../../shared/run/run-status.ts';
import { drover } from '../helpers/drover-command.ts';
import { importResource } from '../helpers/import-resource.ts';

/** The interpreter of the pipelines is that of the tests. */
const PYTHON = process.env['DROVER_PYTHON'] ?? 'python3';
const HERE = import.meta.dirname;
const FIXTURES = join(HERE, '../fixtures/viral');
/** Embeddings in fp32 may be this far from those of a plain pass on the processor, relative to their length. */
const TOLERANCE = 1e-3;
const MINUTES = 60_000;

const found = spawnSync(PYTHON, [
  '-c',
  'import torch, transformers, einops, safetensors; print(torch.cuda.is_available())',
]);
const missing = found.status === 0 ? '' : ` (skipped: ${PYTHON} lacks torch, transformers, einops or safetensors)`;
const devices = ['cpu:2', ...(found.stdout?.toString().trim() === 'True' ? ['all'] : [])];

const { readEmbeddings } = await importResource<{
  readEmbeddings: (path: string) => { ids: string[]; row: (index: number) => Buffer };
}>('workers/viral/safetensors-file.mjs');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-models-'));
  if (missing === '') python('make_tiny_models.py', join(folder, 'models'));
}, 5 * MINUTES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(missing !== '')(`the model workers${missing}`, () => {
  it('pass their own tests', { timeout: 20 * MINUTES }, () => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const ended = spawnSync(PYTHON, ['-m', 'unittest', '-v', 'check_workers'], { cwd: HERE, env, encoding: 'utf8' });
    expect(ended.status === 0 ? '' : ended.stderr).toBe('');
  });

  describe.each(devices)('by drover run on %s', (device) => {
    it.each([
      ['esm2-embedding', 'esm2', 'test_with_orfs_identified_protein.faa', {}],
      ['dnabert-s-embedding', 'dnabert-own-code', 'test_sequences_small.fa', { trust_remote_code: 'true' }],
    ])('%s equals a plain pass of the same model', { timeout: 10 * MINUTES }, async (pipeline, model, file, more) => {
      const input = join(FIXTURES, file);
      const parameters = { model_folder: join(folder, 'models', model), precision: 'fp32', ...more };
      const { output, status } = await run(pipeline, device, [input], parameters);
      expect(status.status).toBe('completed');
      const expected = JSON.parse(python('plain_pass.py', model, join(folder, 'models', model), input)) as Rows;
      const { ids, row } = readEmbeddings(join(output, `${file.replace(/\.\w+$/, '')}.safetensors`));
      expect(ids).toEqual(Object.keys(expected));
      const distances = ids.map((id, index) => distance(row(index), expected[id] ?? []));
      expect(Math.max(...distances)).toBeLessThan(TOLERANCE);
    });

    it('text-generation counts the tokens that its answers say', { timeout: 10 * MINUTES }, async () => {
      const input = join(folder, 'prompts.jsonl');
      writeFileSync(input, '{"prompt": "one"}\n{"broken\n{"prompt": "two and three"}\n');
      const parameters = { model_folder: join(folder, 'models/gpt'), max_new_tokens: '6' };
      const { output, status } = await run('text-generation', device, [input], parameters);
      expect(status.status).toBe('completed');
      const answers = readFileSync(join(output, 'prompts.answers.jsonl'), 'utf8').trim().split('\n');
      const usages = answers.flatMap((line) => (JSON.parse(line) as { usage?: Usage }).usage ?? []);
      expect(usages).toHaveLength(2);
      expect(status.workers[0]?.tokens).toMatchObject({
        input_tokens: usages.reduce((sum, { prompt_tokens }) => sum + prompt_tokens, 0),
        output_tokens: usages.reduce((sum, { completion_tokens }) => sum + completion_tokens, 0),
      });
    });

    it('viral-features takes real files through all steps', { timeout: 15 * MINUTES }, async () => {
      const input = join(folder, `viral-${device.replace(':', '-')}`);
      mkdirSync(input);
      const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.fa'));
      for (const name of files) copyFileSync(join(FIXTURES, name), join(input, name));
      const { output, status } = await run('viral-features', device, [input], {
        trust_remote_code: 'true',
        dnabert_folder: join(folder, 'models/dnabert-own-code'),
        esm2_folder: join(folder, 'models/esm2'),
      });
      expect(status).toMatchObject({ status: 'completed', items: { total: 5 * files.length } });
      expect(readdirSync(output)).toHaveLength(files.length);
    });
  });
});

type Rows = Record<string, number[]>;
interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
}

let runs = 0;

async function run(
  pipeline: string,
  device: string,
  inputs: readonly string[],
  parameters: Record<string, string>,
): Promise<{ output: string; status: RunStatusDocument }> {
  runs += 1;
  const output = join(folder, `output-${runs}`);
  const home = join(folder, 'home');
  const given = Object.entries(parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  const where = ['--devices', device, '--output', output, '--input', ...inputs];
  const ended = await drover(home, 'run', '--pipeline', pipeline, ...given, ...where);
  expect(ended.status === 0 ? '' : ended.stderr).toBe('');
  const { stdout } = await drover(home, 'status', 'last', '--json');
  return { output, status: JSON.parse(stdout) as RunStatusDocument };
}

function python(script: string, ...args: string[]): string {
  const ended = spawnSync(PYTHON, [join(HERE, script), ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}

function distance(row: Buffer, expected: readonly number[]): number {
  const differences = expected.map((value, index) => row.readFloatLE(4 * index) - value);
  return Math.hypot(...differences) / Math.hypot(...expected);
}
