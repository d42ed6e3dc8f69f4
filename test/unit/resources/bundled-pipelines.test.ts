import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPipeline } from '../../../electron/engine/pipelines/check-pipeline.ts';
import { type Pipeline, pipelineSchema } from '../../../shared/pipeline/pipeline.ts';
import { placeholdersIn } from '../../../shared/pipeline/placeholders.ts';
import { RESOURCES } from '../../helpers/import-resource.ts';

const FOLDER = join(RESOURCES, 'pipelines');
const DOCS = readFileSync(join(RESOURCES, '../docs/bundled-pipelines.md'), 'utf8');
const names = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));

const read = (name: string): Pipeline =>
  pipelineSchema.parse(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));

describe.each(names)('the bundled pipeline %s', (name) => {
  const pipeline = read(name);
  const texts = pipeline.steps.flatMap(({ command, env, cwd = '', outputs }) => [
    ...command,
    ...Object.values(env),
    cwd,
    ...outputs,
  ]);

  it('follows the schema and every rule, and its name is that of its file', () => {
    expect(checkPipeline(pipeline)).toEqual([]);
    expect(pipeline.name).toBe(name);
  });

  it('calls workers that are there', () => {
    const workers = texts.filter((text) => text.startsWith('{resources}/'));
    expect(workers.filter((worker) => !existsSync(worker.replace('{resources}', RESOURCES)))).toEqual([]);
  });

  it('uses every parameter that it declares, and explains it', () => {
    const used = new Set(texts.flatMap(placeholdersIn));
    expect(Object.keys(pipeline.parameters).filter((parameter) => !used.has(`param.${parameter}`))).toEqual([]);
    for (const { title, description } of Object.values(pipeline.parameters)) {
      expect(title ?? '').not.toBe('');
      expect(description ?? '').toMatch(/\.$/);
    }
  });

  it('stands in the documentation with all of its parameters', () => {
    const words = [name, ...Object.keys(pipeline.parameters)];
    expect(words.filter((word) => !DOCS.includes(`\`${word}\``))).toEqual([]);
  });
});

it('the pipeline shell-command hands names to the command as arguments, never as text of the shell', () => {
  const [step] = read('shell-command').steps;
  expect(step?.command).toEqual(['sh', '-c', '{param.command}', 'sh', '{file}', '{output}']);
});
