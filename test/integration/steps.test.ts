import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

const shell = (name: string, script: string, more: object = {}) => ({
  name,
  dispatch: 'each',
  command: ['sh', '-c', script, 'sh', '{file}', '{output}'],
  retries: 0,
  ...more,
});
const upper = shell('upper', 'tr a-z A-Z < "$1" > "$2"', { outputs: ['{stem}.up'] });
const failsOnB = shell('upper', 'case $1 in */b.txt) exit 3;; esac; tr a-z A-Z < "$1" > "$2"', {
  outputs: ['{stem}.up'],
});
const twice = (inputs: unknown, more: object = {}) =>
  shell('twice', 'cat "$1" "$1" > "$2"', { inputs, outputs: ['{stem}.twice'], ...more });
const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' };

describe('steps', () => {
  it('take the outputs of the step before, in order', async () => {
    const run = await new EngineRig().run({ steps: [upper, twice('previous')], files, devices: 'cpu:2' });
    expect(await run.status()).toMatchObject({
      status: 'completed',
      items: { total: 6, complete: 6 },
      steps: [
        { name: 'upper', status: 'completed' },
        { name: 'twice', status: 'completed' },
      ],
    });
    expect(run.outputs(2)).toEqual(['a.twice', 'b.twice', 'c.twice']);
    expect(run.output('b.twice', 2)).toBe('B\nB\n');
    const started = run.eventsOf('step-started').map(({ time }) => time);
    const ended = run.eventsOf('step-ended').map(({ time }) => time);
    expect(String(started[1]) >= String(ended[0])).toBe(true);
  });

  it('take the outputs of a step that is named, one item per output, filtered by patterns', async () => {
    const split = shell('split', 'cp "$1" "$2"; cp "$1" "${2%.left}.right"', {
      outputs: ['{stem}.left', '{stem}.right'],
    });
    const other = shell('other', 'echo other > "$2"', { outputs: ['{stem}.other'] });
    const all = twice({ step: 'split' }, { name: 'all', outputs: ['{name}.all'] });
    const right = twice({ step: 'split' }, { name: 'right', patterns: ['*.right'], outputs: ['{name}.only'] });
    const run = await new EngineRig().run({ steps: [split, other, all, right], files: { 'a.txt': 'a', 'b.txt': 'b' } });
    expect((await run.status()).status).toBe('completed');
    expect(run.outputs(3)).toEqual(['a.left.all', 'a.right.all', 'b.left.all', 'b.right.all']);
    expect(run.outputs(4)).toEqual(['a.right.only', 'b.right.only']);
  });

  it('are joined by the file that their inputs come from', async () => {
    const dna = shell('dna', 'sed s/^/dna-/ "$1" > "$2"', { outputs: ['{stem}.d'] });
    const protein = shell('protein', 'sed s/^/protein-/ "$1" > "$2"', { outputs: ['{stem}.p'] });
    const joined = {
      name: 'joined',
      dispatch: 'each',
      inputs: { steps: { dna: 'dna', protein: 'protein' } },
      command: ['sh', '-c', 'cat "$1" "$2" > "$3"', 'sh', '{file.dna}', '{file.protein}', '{output}'],
      outputs: ['{stem}.joined'],
    };
    const run = await new EngineRig().run({ steps: [dna, protein, joined], files });
    expect((await run.status()).status).toBe('completed');
    expect(run.outputs(3)).toEqual(['a.joined', 'b.joined', 'c.joined']);
    expect(run.output('b.joined', 3)).toBe('dna-b\nprotein-b\n');
  });

  it('hand the files of a join to a queue worker by their names', async () => {
    const dna = shell('dna', 'sed s/^/dna-/ "$1" > "$2"', { outputs: ['{stem}.d'] });
    const protein = shell('protein', 'sed s/^/protein-/ "$1" > "$2"', { outputs: ['{stem}.p'] });
    const joined = {
      name: 'joined',
      inputs: { steps: { dna: 'dna', protein: 'protein' } },
      command: ['{node}', worker('joins-queue.mjs'), '{resources}'],
      outputs: ['{stem}.joined'],
    };
    const run = await new EngineRig().run({ steps: [dna, protein, joined], files });
    expect((await run.status()).status).toBe('completed');
    expect(run.output('b.joined', 3)).toBe('dna: dna-b\nprotein: protein-b\n');
  });

  it('skip what comes from a failed item, and do it when that is mended', async () => {
    const rig = new EngineRig();
    const script = 'case $1 in */b.txt) [ -e "${1%/*}/mended" ] || exit 3;; esac; tr a-z A-Z < "$1" > "$2"';
    const first = shell('upper', script, { outputs: ['{stem}.up'] });
    const run = await rig.run({ steps: [first, twice('previous')], files });
    expect(await run.status()).toMatchObject({
      status: 'completed-with-failures',
      items: { total: 6, complete: 4, failed: 1, skipped: 1 },
      steps: [{ status: 'completed-with-failures' }, { status: 'completed' }],
    });
    expect(run.outputs(2)).toEqual(['a.twice', 'c.twice']);
    rig.write({ 'in/mended': '' });
    expect(await run.resume()).toMatchObject({ status: 'completed', items: { total: 6, complete: 6, skipped: 0 } });
    expect(run.output('b.twice', 2)).toBe('B\nB\n');
    expect(run.item('a.up', 2).attempts).toBe(1);
  });

  it('skip a join when one side has failed', async () => {
    const other = shell('other', 'cp "$1" "$2"', { outputs: ['{stem}.o'] });
    const joined = {
      name: 'joined',
      dispatch: 'each',
      inputs: { steps: { x: 'upper', y: 'other' } },
      command: ['sh', '-c', 'cat "$1" "$2" > "$3"', 'sh', '{file.x}', '{file.y}', '{output}'],
      outputs: ['{stem}.joined'],
    };
    const run = await new EngineRig().run({ steps: [failsOnB, other, joined], files });
    expect(run.outputs(3)).toEqual(['a.joined', 'c.joined']);
    expect((await run.status()).items).toMatchObject({ failed: 1, skipped: 1 });
  });

  it('end the run when nothing of a step could be done', async () => {
    const run = await new EngineRig().run({
      steps: [shell('upper', 'exit 3', { outputs: ['{stem}.up'] }), twice('previous')],
      files,
    });
    expect(await run.status()).toMatchObject({
      status: 'failed',
      steps: [{ status: 'failed' }, { status: 'pending' }],
    });
    expect(run.eventsOf('worker-starting').filter(({ step }) => step === 2)).toEqual([]);
  });

  it('write to the folder that was asked for only at the last one', async () => {
    const rig = new EngineRig();
    const output = join(rig.folder, 'results');
    const run = await rig.run({ steps: [upper, twice('previous')], files, output: 'results' });
    expect((await run.status()).status).toBe('completed');
    expect(readFileSync(join(output, 'a.twice'), 'utf8')).toBe('A\nA\n');
    expect(run.outputs(1)).toEqual(['a.up', 'b.up', 'c.up']);
    expect(run.outputs(2)).toEqual([]);
  });

  it('keep the log and the workers of each apart', async () => {
    const run = await new EngineRig().run({ steps: [upper, twice('previous')], files: { 'a.txt': 'a' } });
    const { workers } = await run.status();
    expect(workers.map(({ step, worker, log }) => [step, worker, log])).toEqual([
      [1, 'worker_0', run.logPath(0, 1)],
      [2, 'worker_0', run.logPath(0, 2)],
    ]);
    expect(run.log(0, 2)).toContain('logging initialized');
  });

  it('end the run with a message when two items of a later one would write the same output', async () => {
    const split = shell('split', 'cp "$1" "$2"; cp "$1" "${2%.left}.right"', {
      outputs: ['{stem}.left', '{stem}.right'],
    });
    const run = await new EngineRig().run({ steps: [split, twice('previous')], files: { 'a.txt': 'a' } });
    expect((await run.status()).status).toBe('failed');
    const said = run.runLog().find(({ level }) => level === 'ERROR');
    expect(said?.message).toContain('a.twice');
    expect(said?.fields).toMatchObject({ reason: 'output-collision' });
  });
});
