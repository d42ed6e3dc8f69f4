import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { patience } from '../helpers/patience.ts';
import { until } from '../helpers/until.ts';

/** A step whose workers get their whole list at the start. */
const list = (command: string[], more: object = {}) => ({
  dispatch: 'list',
  command,
  outputs: ['{stem}.out'],
  retries: 0,
  ...more,
});
const copies = list(['sh', worker('copies-list.sh'), '{manifest}']);
const midway = list(['sh', worker('list-exits-midway.sh'), '{files}'], { retries: 1 });
const silent = list(['sh', worker('list-silent.sh'), '{files}']);

describe('list', () => {
  it('gives every worker a balanced manifest, every item exactly once', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 21 }, (_, index) => [`f${index}.txt`, `0\n${'x'.repeat((index * 7919) % 997)}`]),
    );
    const run = await new EngineRig().run({ steps: [copies], files, devices: 'cpu:3' });
    const status = await run.status();
    expect(status).toMatchObject({ status: 'completed', items: { total: 21, complete: 21 } });
    expect(status.workers.map(({ starts }) => starts)).toEqual([1, 1, 1]);
    for (const [name, content] of Object.entries(files)) expect(run.output(name.replace('txt', 'out'))).toBe(content);
    const given = run.eventsOf('dispatching').map(({ items }) => items);
    expect(given.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, index) => index));
    const loads = given.map((items) => items.reduce((sum, index) => sum + (run.items()[index]?.cost ?? 0), 0));
    expect(Math.max(...loads) / (loads.reduce((a, b) => a + b) / 3)).toBeLessThan(1.05);
    expect(run.state().ignored).toBe(0);
  });

  it('expands {files} to one argument per file, and keeps the manifest as a record', async () => {
    const files = { 'a b.txt': 'spaces', "it's.txt": 'quotes', '$x.txt': 'dollars' };
    const run = await new EngineRig().run({ steps: [silent], files });
    expect((await run.status()).status).toBe('completed');
    expect(run.outputs()).toEqual(['$x.out', 'a b.out', "it's.out"]);
    const manifest = readFileSync(join(run.directory, 'manifests/step_001/worker_0.1.txt'), 'utf8');
    expect(manifest.trim().split('\n').toSorted()).toEqual(
      run
        .items()
        .map(({ file }) => file)
        .toSorted(),
    );
  });

  it('starts no worker that would have nothing to do', async () => {
    const run = await new EngineRig().run({ steps: [copies], files: { 'a.txt': '0', 'b.txt': '0' }, devices: 'cpu:4' });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 2 } });
    expect(run.eventsOf('worker-starting')).toHaveLength(2);
  });

  it('assigns again what a dead worker left; only the item it was at counts an attempt', async () => {
    const files = {
      'a.txt': 'fine xxxxxxxxxxxxxxxxxxxxxxxx',
      'b.txt': 'stop xxxxxxxxxxxxx',
      'c.txt': 'fine xxx',
      'd.txt': 'fine',
    };
    const run = await new EngineRig().run({ steps: [midway], files });
    expect(await run.status()).toMatchObject({ status: 'completed-with-failures', items: { complete: 3, failed: 1 } });
    expect(run.item('b.txt')).toMatchObject({ status: 'failed', attempts: 2, failure: { reason: 'exit-code' } });
    expect(['a.txt', 'c.txt', 'd.txt'].map((name) => run.item(name).attempts)).toEqual([1, 1, 1]);
    expect(run.log()).toMatch(/=== Restart 2 at .* \(exit-code\) ===/);
  });

  it('spreads what a killed worker left over the workers that are idle', async () => {
    const rig = new EngineRig();
    const files = {
      'long.txt': `20\n${'x'.repeat(500)}`,
      'a.txt': '0.2',
      'b.txt': '0.2',
      'c.txt': '0.2',
      'd.txt': '0.2',
    };
    const run = await rig.start({ steps: [{ ...copies, retries: 1 }], files, devices: 'cpu:2' });
    await until(() => run.item('d.txt').status === 'complete');
    const busy = run.item('long.txt');
    rig.write({ 'in/long.txt.replaced': '' });
    rig.write({ 'in/long.txt': '0\n' });
    process.kill((await run.status()).workers[busy.rank ?? 0]?.pid ?? 0, 'SIGKILL');
    expect(await run.ended()).toMatchObject({ status: 'completed', items: { complete: 5 } });
    expect(run.item('long.txt').attempts).toBe(2);
  });

  it('judges a worker that never reports by its exit and by the outputs of each item', async () => {
    const files = { 'a.txt': 'fine', 'b.txt': 'skip', 'c.txt': 'fine' };
    const run = await new EngineRig().run({ steps: [silent], files });
    expect(await run.status()).toMatchObject({
      status: 'completed-with-failures',
      workers: [{ status: 'completed', exit_code: 0 }],
    });
    expect(run.item('b.txt').failure?.reason).toBe('output-missing');
    expect(run.outputs()).toEqual(['a.out', 'c.out']);
  });

  it('cuts out of the log what belongs to each item, as one begins where the one before ended', async () => {
    const run = await new EngineRig().run({
      steps: [copies],
      files: { 'a.txt': '0.2\nxx', 'b.txt': '0.2\n', 'c.txt': '0.2\nx' },
    });
    const log = readFileSync(run.logPath());
    const inOrder = run.items().toSorted((a, b) => (a.spans[0]?.[2] ?? 0) - (b.spans[0]?.[2] ?? 0));
    let from = inOrder[0]?.spans[0]?.[1] ?? 0;
    for (const item of inOrder) {
      const to = item.spans[0]?.[2] ?? 0;
      // The worker goes on while its report is read: the next one's first line may stand in this one's part, no end of another does.
      const ends = log
        .toString('utf8', from, to)
        .split('\n')
        .filter((line) => line.startsWith('end '));
      expect(ends).toEqual([`end ${item.file}`]);
      from = to;
    }
  });

  it('stops at the item that takes too long, counted from the end of the one before', async () => {
    const limit = patience(800) / 1000;
    const short = (limit * 0.4).toFixed(2);
    const files = { 'a.txt': `${short}\nxxxxxxxxx`, 'b.txt': `${short}\nxxxxxx`, 'c.txt': '300\nxxx', 'd.txt': '0' };
    const step = { ...copies, timeout_seconds: limit };
    const run = await new EngineRig().run({ steps: [step], files });
    expect(await run.status()).toMatchObject({ status: 'completed-with-failures', items: { complete: 3, failed: 1 } });
    expect(run.item('c.txt')).toMatchObject({ status: 'failed', attempts: 1, failure: { reason: 'timeout' } });
    expect(run.log()).toMatch(/=== Restart 2 at .* \(timeout\) ===/);
  });

  it('gives a worker as many files as its arguments hold, where that shows only after the start', async () => {
    const many = { name: 'make', dispatch: 'each', command: ['{node}', worker('makes-many.mjs'), '{file}', '2200'] };
    const take = { name: 'take', dispatch: 'list', inputs: 'previous', command: ['true', '{files}'], cost: 'bytes' };
    const run = await new EngineRig().run({ steps: [many, take], files: { 'a.txt': 'a', 'b.txt': 'b' } });
    const status = await run.status();
    expect(status).toMatchObject({ status: 'completed', items: { complete: 4_402, total: 4_402 } });
    expect(status.workers.find(({ step }) => step === 2)?.starts).toBe(2);
  });

  it('refuses more arguments than a command takes before anything starts, and names {manifest}', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`${'long-'.repeat(40)}${index}.txt`, 'x']),
    );
    const folder = 'in/'.concat('deep-folder-name-that-is-long/'.repeat(60));
    const rig = new EngineRig();
    for (const [name, content] of Object.entries(files)) rig.write({ [`${folder}${name}`]: content });
    const problem = await rig.refuse({ steps: [silent], files: {} });
    expect(problem).toMatchObject({ reason: 'arguments-too-long' });
    expect(`${problem.message} ${problem.advice}`).toContain('{manifest}');
  });
});
