import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig } from '../helpers/engine-rig.ts';
import type { RigRun } from '../helpers/rig-run.ts';
import { pythonMissing } from '../helpers/worker-program.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const [, rest = ''] = README.split('## Your own model in five minutes\n');
const [section = ''] = rest.split('\n## ');
/** The code blocks of the section, in their order. */
const blocks = [...section.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, language = '', code = '']) => ({
  language,
  code,
}));
const code = (language: string, at: number) => blocks.filter((block) => block.language === language)[at]?.code ?? '';

/** Starts what a `drover run` line of the README asks for. */
async function run(rig: EngineRig, line: string): Promise<RigRun> {
  const option = (name: string) => new RegExp(`--${name} (?:'([^']*)'|(\\S+))`).exec(line)?.slice(1).find(Boolean);
  const [name = '', ...value] = (option('param') ?? '').split('=');
  const request = {
    ...rig.request({ steps: [], files: {} }),
    pipeline: option('pipeline') ?? '',
    inputs: [option('input') ?? ''],
    parameters: name === '' ? {} : { [name]: value.join('=').replace('/path/to', rig.folder) },
    output: option('output') ?? '',
    devices: 'cpu:2',
    detach: false,
  };
  const started = await rig.engine.startRun(request);
  if (!started.ok) throw new Error(`${started.error.message} ${started.error.advice}`);
  const found = rig.of(started.value);
  await found.ended();
  return found;
}

describe.skipIf(pythonMissing !== '')(`the page "your own model in five minutes"${pythonMissing}`, () => {
  const texts = { 'texts/a.txt': 'one two\n', 'texts/b.txt': 'three\n' };

  it('runs a script as it is, once per file', async () => {
    const rig = new EngineRig();
    const [before = '', loop = ''] = code('python', 0).split('for path in');
    expect(loop).not.toBe('');
    const oneFile = 'with open(sys.argv[1]) as s, open(sys.argv[2], "w") as t:\n    t.write(predict(s.read()))\n';
    rig.write({ ...texts, 'predict.py': before + oneFile });
    const found = await run(rig, code('sh', 0));
    expect((await found.status()).status).toBe('completed');
    expect(readFileSync(join(rig.folder, 'results/a.txt.out'), 'utf8')).toBe('2 words\n');
  });

  it('keeps the changed script running over all files, and again as a pipeline of its own', async () => {
    const rig = new EngineRig();
    rig.write({ ...texts, 'predict.py': code('python', 1), 'predict.json': code('json', 0) });
    expect((await (await run(rig, code('sh', 1))).status()).status).toBe('completed');
    expect(readFileSync(join(rig.folder, 'results/b.txt.out'), 'utf8')).toBe('1 words\n');
    expect((await (await run(rig, code('sh', 2))).status()).status).toBe('completed');
    expect(readFileSync(join(rig.folder, 'more-results/a.out'), 'utf8')).toBe('2 words\n');
  });
});
