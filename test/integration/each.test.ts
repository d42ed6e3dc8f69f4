import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';

/** A step that starts one process per item. */
const each = (command: string[], more: object = {}) => ({
  dispatch: 'each',
  command,
  outputs: ['{stem}.out'],
  retries: 0,
  ...more,
});
const copies = each(['sh', worker('copies.sh'), '{file}', '{output}']);

/** Files of very different sizes, by name. */
function unevenFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`f${index}.txt`, `${index}\n`.repeat(1 + ((index * 7919) % 97))]),
  );
}

describe('each', () => {
  it('runs every item exactly once over several slots, the costly ones first', async () => {
    const rig = new EngineRig();
    const files = unevenFiles(24);
    const run = await rig.run({ steps: [copies], files, devices: 'cpu:4' });
    const status = await run.status();
    expect(status).toMatchObject({ status: 'completed', items: { total: 24, complete: 24, failed: 0, pending: 0 } });
    for (const [name, content] of Object.entries(files)) expect(run.output(name.replace('txt', 'out'))).toBe(content);
    const begun = run.eventsOf('dispatching').flatMap(({ items }) => items);
    expect(begun.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, index) => index));
    // The second and the fourth are small ones, which tell how an item's time depends on its cost.
    const costs = begun
      .toSpliced(3, 1)
      .toSpliced(1, 1)
      .map((index) => run.items()[index]?.cost ?? 0)
      .slice(0, 4);
    expect(Math.min(...costs)).toBeGreaterThanOrEqual(
      run
        .items()
        .map(({ cost }) => cost)
        .toSorted((a, b) => b - a)[3] ?? 0,
    );
    expect(status.workers.reduce((sum, { items }) => sum + items.complete, 0)).toBe(24);
    expect(run.state().ignored).toBe(0);
  });

  it('keeps the folders of the inputs when the outputs ask for it', async () => {
    const step = { ...copies, outputs: ['{relative_dir}/{stem}.out'] };
    const run = await new EngineRig().run({ steps: [step], files: { 'x/a.txt': 'one', 'y/a.txt': 'two' } });
    expect([run.output('x/a.out'), run.output('y/a.out')]).toEqual(['one', 'two']);
  });

  it('works in a folder of the run that its step names, and looks for it nowhere else', async () => {
    const step = each(['sh', '-c', 'pwd > "$1"', 'sh', '{output}']);
    const rig = new EngineRig();
    for (const [cwd, place] of [
      ['outputs', 'outputs'],
      ['work/{stem}', 'work/a'],
      ['{output_dir}/kept', 'outputs/step_001/kept'],
    ] as const) {
      const run = await rig.run({ steps: [{ ...step, cwd }], files: { 'a.txt': 'x' } });
      expect(run.output('a.out')).toBe(`${join(run.directory, place)}\n`);
    }
    expect(readdirSync(rig.home)).not.toContain('outputs');
  });

  it('shows both streams in the log, and cuts out of it exactly what an item printed', async () => {
    const run = await new EngineRig().run({ steps: [copies], files: { 'a.txt': 'alpha\n', 'b.txt': 'beta beta\n' } });
    const log = readFileSync(run.logPath());
    for (const [name, content] of [
      ['a.txt', 'alpha\n'],
      ['b.txt', 'beta beta\n'],
    ] as const) {
      const item = run.item(name);
      const [[rank, from, to] = [null, 0, null]] = item.spans;
      expect(rank).toBe(0);
      expect(log.toString('utf8', from, to ?? 0)).toBe(`begin ${item.file}\n${content}end ${item.file}\n`);
    }
    expect(run.item('a.txt').spans).toHaveLength(1);
  });

  it('opens the log once per engine, not once per process', async () => {
    const run = await new EngineRig().run({ steps: [copies], files: unevenFiles(3) });
    const [first] = run.log().split('\n');
    expect(first).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - Worker 0 - drover - INFO - Worker 0 logging initialized: \//,
    );
    expect(first?.endsWith(run.logPath())).toBe(true);
    expect(run.log().match(/logging initialized/g)).toHaveLength(1);
    expect(run.log()).not.toContain('===');
  });

  it('counts a worker that says failed as failed, whatever its exit status and outputs', async () => {
    const step = each(['sh', worker('reports-failure.sh'), '{file}', '{output}']);
    const run = await new EngineRig().run({ steps: [step] });
    expect((await run.status()).status).toBe('failed');
    expect(run.item('a.txt').failure).toMatchObject({
      reason: 'reported-failed',
      evidence: 'the model did not converge',
    });
    expect(run.outputs()).toEqual(['a.out.attempt-1.failed']);
  });

  it('counts a success without its output, or with an empty one, as failed and names the output', async () => {
    const none = await new EngineRig().run({ steps: [each(['true'])] });
    const path = join(none.outputFolder(), 'a.out');
    expect(none.item('a.txt').failure).toMatchObject({
      reason: 'output-missing',
      evidence: `${path} is missing or empty`,
    });
    const empty = await new EngineRig().run({ steps: [each(['sh', '-c', ': > "$1"', 'sh', '{output}'])] });
    expect(empty.item('a.txt').failure?.reason).toBe('output-missing');
    expect(empty.outputs()).toEqual(['a.out.attempt-1.failed']);
  });

  it('takes the exit codes that the step names as success, and no other', async () => {
    const step = (code: string) =>
      each(['sh', worker('succeeds-with.sh'), code, '{output}'], { success_exit_codes: [0, 3] });
    const good = await new EngineRig().run({ steps: [step('3')] });
    expect(await good.status()).toMatchObject({
      status: 'completed',
      workers: [{ exit_code: 3, status: 'completed' }],
    });
    const bad = await new EngineRig().run({ steps: [step('4')] });
    expect(await bad.status()).toMatchObject({ status: 'failed', workers: [{ exit_code: 4, reason: 'exit-code' }] });
    expect(bad.outputs()).toEqual(['a.out.attempt-1.failed']);
  });

  it('reports a status that names a signal as that signal, without an exit code', async () => {
    for (const command of [
      ['sh', worker('exits-137.sh')],
      ['sh', worker('killed-by-signal.sh'), 'KILL'],
    ]) {
      const run = await new EngineRig().run({ steps: [each(command)] });
      const [first] = (await run.status()).workers;
      expect(first).toMatchObject({ status: 'failed', exit_code: null, signal: 'SIGKILL', reason: 'signal' });
      expect(run.item('a.txt').failure).toMatchObject({ reason: 'signal', evidence: 'ended by SIGKILL' });
    }
  });

  it('tries again as often as allowed, and never takes what a failed attempt wrote', async () => {
    const step = each(['sh', worker('needs-retry.sh'), '{file}', '{output}'], { retries: 2 });
    const run = await new EngineRig().run({
      steps: [step],
      files: { 'two.txt': '2\n', 'never.txt': '9\n', 'none.txt': '0\n' },
    });
    expect(await run.status()).toMatchObject({
      status: 'completed-with-failures',
      items: { complete: 2, failed: 1 },
      workers: [{ items: { complete: 2, failed: 1 } }],
    });
    expect(run.item('two.txt')).toMatchObject({ status: 'complete', attempts: 3, failure: null });
    expect(run.item('none.txt').attempts).toBe(1);
    const failed = run.item('never.txt');
    expect(failed).toMatchObject({ status: 'failed', attempts: 3, failure: { reason: 'exit-code' } });
    expect(failed.failure?.evidence).toContain('exit code 5');
    expect(failed.failure?.evidence).toContain('cannot do it yet');
    expect(failed.spans).toHaveLength(3);
    expect(run.output('two.out')).toBe('whole\n');
    expect(run.outputs()).toEqual(
      ['never.out.attempt-1.failed', 'never.out.attempt-2.failed', 'never.out.attempt-3.failed']
        .concat(['none.out', 'two.out', 'two.out.attempt-1.failed', 'two.out.attempt-2.failed'])
        .toSorted(),
    );
    expect(
      run
        .eventsOf('item-failed')
        .map(({ final }) => final)
        .filter(Boolean),
    ).toHaveLength(1);
  });

  it('gives the log of an attempt apart from that of the others', async () => {
    const step = each(['sh', worker('needs-retry.sh'), '{file}', '{output}'], { retries: 1 });
    const run = await new EngineRig().run({ steps: [step], files: { 'a.txt': '1\n' } });
    const log = readFileSync(run.logPath());
    const texts = run.item('a.txt').spans.map(([, from, to]) => log.toString('utf8', from, to ?? 0));
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain('try 1 of');
    expect(texts[0]).not.toContain('try 2 of');
    expect(texts[1]).toContain('try 2 of');
    expect(texts[1]).not.toContain('try 1 of');
  });

  it('keeps every byte of a worker that floods its log without a newline', async () => {
    const bytes = 8_000_000;
    const step = each(['sh', worker('floods-log.sh'), String(bytes), '{file}', '{output}']);
    const run = await new EngineRig().run({ steps: [step] });
    expect((await run.status()).status).toBe('completed');
    const opening = run.log().indexOf('\n') + 1;
    expect(statSync(run.logPath()).size).toBe(opening + bytes);
    expect(run.item('a.txt').spans).toEqual([[0, opening, opening + bytes]]);
  });

  it('ends what a worker leaves in its group, and what left for a session of its own, before the run ends', async () => {
    const rig = new EngineRig();
    const group = await rig.run({ steps: [each(['sh', worker('spawns-grandchildren.sh'), '{file}', '{output}'])] });
    expect((await group.status()).status).toBe('completed');
    expect(group.complaints('validator')).toMatchObject([
      { message: expect.stringContaining('left processes behind') },
    ]);
    expect(rig.processes()).toEqual([]);
    const session = await rig.run({ steps: [each(['sh', worker('escapes-session.sh'), '0', '{file}', '{output}'])] });
    expect((await session.status()).status).toBe('completed');
    expect(session.complaints('validator')).toMatchObject([
      { message: expect.stringContaining('left processes behind') },
    ]);
    expect(rig.processes()).toEqual([]);
  });

  it('goes on after a command that cannot be started any more, and says so in the worker’s log', async () => {
    const rig = new EngineRig();
    const program = rig.write({ 'tool.sh': '#!/bin/sh\nrm -- "$0"\ncp "$1" "$2"\n' });
    chmodSync(program, 0o755);
    const run = await rig.run({
      steps: [each([program, '{file}', '{output}'])],
      files: { 'a.txt': 'aa', 'b.txt': 'b' },
    });
    expect((await run.status()).status).toBe('completed-with-failures');
    expect(run.item('b.txt').failure).toMatchObject({ reason: 'command-not-found' });
    expect(run.item('b.txt').failure?.evidence).toContain('tool.sh');
    expect(run.log()).toContain('not found');
  });
});
