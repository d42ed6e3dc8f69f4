import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkProgram } from '../../../../../electron/engine/pipelines/check-program.ts';
import { lineBuffered } from '../../../../../electron/engine/pipelines/expand-step.ts';
import { findCommand } from '../../../../../electron/engine/pipelines/find-command.ts';
import { findPython, usesPython } from '../../../../../electron/engine/pipelines/find-python.ts';
import { pipelineSchema, stepSchema } from '../../../../../shared/pipeline/pipeline.ts';
import { makeFileTree } from '../../../../helpers/file-tree.ts';

const SCRIPT = '#!/bin/sh\necho started\n';

async function makePrograms(): Promise<string> {
  return await makeFileTree({
    'bin/tool': SCRIPT,
    'bin/plain': 'no program',
    'bin/folder/x': '',
    'bin/lost': '#!/no/such/interpreter -x\n',
    'bin/windows': '#!/bin/sh\r\necho\r\n',
    'other/tool': SCRIPT,
  });
}

describe('the program of a command', () => {
  test('is searched on PATH in order, or taken by its path', async () => {
    const root = await makePrograms();
    const env = { PATH: `${root}/none:${root}/bin:${root}/other` };
    const find = (program: string, cwd = root) => {
      const result = findCommand(program, env, cwd);
      return result.ok ? result.value : result.error.message;
    };
    expect(find('tool')).toBe(join(root, 'bin/tool'));
    expect(find(`${root}/other/tool`)).toBe(join(root, 'other/tool'));
    expect(find('./tool', join(root, 'other'))).toBe(join(root, 'other/tool'));
    expect(execFileSync(find('tool'), { encoding: 'utf8' })).toBe('started\n');
  });

  test('is refused with what was searched and what to do', async () => {
    const root = await makePrograms();
    const refusal = (program: string) => {
      const result = findCommand(program, { PATH: `${root}/bin` }, root);
      return result.ok ? 'found' : `${result.error.message} ${result.error.advice}`;
    };
    expect(refusal('toool')).toContain(`There is no program "toool" on PATH (${root}/bin). Install it`);
    expect(refusal('plain')).toContain(`${root}/bin/plain is not executable. Run chmod +x`);
    expect(refusal('folder')).toContain('There is no program "folder"');
    expect(refusal('bin/folder')).toContain('is not a file');
    expect(refusal('./plain')).toContain('write {pipeline_dir}/… for one beside the pipeline');
    expect(refusal('bin/plain')).toContain('is not executable');
    expect(refusal('lost')).toContain('asks for "/no/such/interpreter", which is not there');
    expect(refusal('windows')).toContain('Windows line ends');
    expect(refusal('')).toContain('names no program');
  });

  test('has a suffix on Windows', async () => {
    const root = await makeFileTree({ 'bin/tool.CMD': SCRIPT });
    const result = findCommand('tool', { Path: `${root}/bin`, PATHEXT: '.EXE;.CMD' }, root, 'win32');
    expect(result).toEqual({ ok: true, value: join(root, 'bin/tool.CMD') });
  });

  test('is looked for in the step’s own PATH and working directory', async () => {
    const root = await makePrograms();
    const context = {
      outputDir: '/o',
      runDirectory: join(root, 'other'),
      pipelineDir: join(root, 'bin'),
      resources: '/r',
      python: null,
      node: 'n',
      parameters: { program: 'tool' },
    };
    const check = (step: Record<string, unknown>) => {
      const result = checkProgram(stepSchema.parse({ name: 's', ...step }), context, { PATH: '/nowhere' });
      return result.ok ? result.value : result.error.message;
    };
    expect(check({ command: ['tool'] })).toBe('Step "s" cannot start. There is no program "tool" on PATH (/nowhere).');
    expect(check({ command: ['{param.program}'], env: { PATH: '{pipeline_dir}:/x' } })).toBe(join(root, 'bin/tool'));
    expect(check({ command: ['./tool'] })).toBe(join(root, 'other/tool'));
    expect(check({ command: ['./tool'], cwd: '{pipeline_dir}' })).toBe(join(root, 'bin/tool'));
    expect(check({ command: ['{pipeline_dir}/tool'], cwd: '{rank}' })).toBe(join(root, 'bin/tool'));
    expect(check({ command: ['{pipeline_dir}/tool'], cwd: '/no/such' })).toContain(
      'its working directory /no/such is not there',
    );
    // What lies in the run's own folders comes with the run.
    for (const cwd of ['outputs', 'a/../b', '..name', '{output_dir}/work', '{relative_dir}'])
      expect(check({ command: ['{pipeline_dir}/tool'], cwd })).toBe(join(root, 'bin/tool'));
    expect(check({ command: ['{pipeline_dir}/tool'], cwd: '../none' })).toContain(`${join(root, 'none')} is not there`);
  });

  test('is wrapped with stdbuf where there is one', async () => {
    const root = await makeFileTree({ 'bin/stdbuf': SCRIPT });
    const env = { PATH: `${root}/bin` };
    const wrapped = [join(root, 'bin/stdbuf'), '-oL', 'tool', 'x'];
    expect(lineBuffered({ line_buffered: true }, ['tool', 'x'], env, root)).toEqual(wrapped);
    expect(lineBuffered({ line_buffered: false }, ['tool', 'x'], env, root)).toEqual(['tool', 'x']);
    expect(lineBuffered({ line_buffered: true }, ['tool', 'x'], { PATH: '/none' }, root)).toEqual(['tool', 'x']);
  });
});

describe('the Python interpreter', () => {
  test('is the chosen one, the active environment’s, or the one on PATH', async () => {
    const root = await makeFileTree({
      'chosen/python': SCRIPT,
      'venv/bin/python': SCRIPT,
      'conda/bin/python': SCRIPT,
      'path/python3': SCRIPT,
      'old/python': SCRIPT,
    });
    const env = {
      DROVER_PYTHON: `${root}/chosen/python`,
      VIRTUAL_ENV: `${root}/venv`,
      CONDA_PREFIX: `${root}/conda`,
      PATH: `${root}/old:${root}/path`,
    };
    const find = (changes: Record<string, string | undefined>, setting?: string) => {
      const result = findPython({ env: { ...env, ...changes }, workingDirectory: root, setting });
      return result.ok ? result.value.slice(root.length + 1) : result.error.message;
    };
    const none = { DROVER_PYTHON: undefined };
    expect(find({})).toBe('chosen/python');
    expect(find({ DROVER_PYTHON: 'python3' })).toBe('path/python3');
    expect(find(none, `${root}/conda/bin/python`)).toBe('conda/bin/python');
    expect(find(none)).toBe('venv/bin/python');
    expect(find({ ...none, VIRTUAL_ENV: '' })).toBe('conda/bin/python');
    expect(find({ ...none, VIRTUAL_ENV: '/gone', CONDA_PREFIX: undefined })).toBe('path/python3');
    expect(find({ ...none, VIRTUAL_ENV: '', CONDA_PREFIX: '', PATH: `${root}/old` })).toBe('old/python');
    expect(find({ DROVER_PYTHON: '/no/python' })).toContain(
      'The chosen Python interpreter "/no/python" cannot be used',
    );
    expect(find({ ...none, VIRTUAL_ENV: '', CONDA_PREFIX: '', PATH: '/none' })).toContain('none was found');
  });

  test('is needed only when something stands for it', () => {
    const uses = (step: Record<string, unknown>) =>
      usesPython(
        pipelineSchema.parse({
          name: 'p',
          inputs: { patterns: ['*'] },
          steps: [{ name: 's', command: ['x'], ...step }],
        }),
      );
    expect(uses({})).toBe(false);
    expect(uses({ command: ['x', '{{python}}'] })).toBe(false);
    expect(uses({ command: ['{python}', 'x.py'] })).toBe(true);
    expect(uses({ cost: { command: ['{python}'] } })).toBe(true);
  });
});
