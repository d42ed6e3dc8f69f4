import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineRig, worker } from '../helpers/engine-rig.ts';
import { until } from '../helpers/until.ts';

/** A step whose workers read their items from standard input. */
const queue = (command: string[], more: object = {}) => ({ command, outputs: ['{stem}.out'], retries: 0, ...more });
const copies = queue(['{node}', worker('copies-queue.mjs')]);
const midway = queue(['{node}', worker('exits-midway.mjs')]);
const shell = (name: string, more: object = {}) => queue(['sh', worker(name)], more);

describe('queue', () => {
  it('keeps its workers alive and hands each the longest remaining item, every item exactly once', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `f${index}.txt`,
        `${(index * 7) % 5}\n${'x'.repeat((index * 37) % 100)}`,
      ]),
    );
    const run = await new EngineRig().run({ steps: [copies], files, devices: 'cpu:3' });
    const status = await run.status();
    expect(status).toMatchObject({ status: 'completed', items: { total: 20, complete: 20 } });
    expect(status.workers.map(({ starts, exit_code }) => [starts, exit_code])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    for (const [name, content] of Object.entries(files)) expect(run.output(name.replace('txt', 'out'))).toBe(content);
    const costs = run.eventsOf('dispatching').map(({ items }) => run.items()[items[0] ?? -1]?.cost ?? 0);
    expect(costs).toHaveLength(20);
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    const reported = [0, 1, 2].flatMap((rank) => run.reports(rank).match(/"complete"/g) ?? []);
    expect(reported).toHaveLength(20);
    expect(run.state().ignored).toBe(0);
  });

  it('ends its workers by end of input', async () => {
    const run = await new EngineRig().run({ steps: [copies] });
    expect(run.log()).toMatch(/end of input\n$/);
    expect(run.eventsOf('worker-stopping')).toEqual([]);
  });

  it('gives file, outputs and the number of the attempt', async () => {
    const prints = queue(['sh', '-c', 'read -r line; echo "$line" | tee "$DROVER_OUTPUT_DIR/a.out"; exit 4'], {
      retries: 1,
    });
    const run = await new EngineRig().run({ steps: [prints] });
    const given = run
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const output = `${run.outputFolder()}/a.out`;
    const file = run.item('a.txt').file;
    expect(given.map((line) => JSON.parse(line) as unknown)).toEqual([
      { file, output, attempt: 1, outputs: [output] },
      { file, output, attempt: 2, outputs: [output] },
    ]);
  });

  it('restarts a worker that died at an item; only that item counts an attempt', async () => {
    const files = { 'a.txt': 'once\nxxxxxxxxxx', 'b.txt': 'fine', 'c.txt': 'fine' };
    const run = await new EngineRig().run({ steps: [{ ...midway, retries: 1 }], files });
    expect(await run.status()).toMatchObject({ status: 'completed', workers: [{ starts: 2, exit_code: 0 }] });
    expect(run.items().map(({ attempts }) => attempts)).toEqual([2, 1, 1]);
    expect(run.log()).toMatch(/\n=== Restart 2 at \d{4}-\d\d-\d\dT[\d:.]+Z \(exit-code\) ===\n/);
    expect(run.log().match(/logging initialized/g)).toHaveLength(1);
    expect(run.output('a.out')).toContain('once');
    expect(run.outputs()).toContain('a.out.attempt-1.failed');
    const first = run.eventsOf('worker-ended')[0];
    expect(first).toMatchObject({ outcome: 'failed', exit_code: 7, failure: { reason: 'exit-code' } });
  });

  it('goes on after a worker was killed from outside', async () => {
    const rig = new EngineRig();
    const run = await rig.start({ steps: [{ ...copies, retries: 1 }], files: { 'a.txt': '1000', 'b.txt': '1' } });
    await until(() => run.log().includes('begin '));
    process.kill((await run.status()).workers[0]?.pid ?? 0, 'SIGKILL');
    expect(await run.ended()).toMatchObject({ status: 'completed', workers: [{ starts: 2 }] });
    const ended = run.eventsOf('worker-ended')[0];
    expect(ended).toMatchObject({ exit_code: null, signal: 'SIGKILL', failure: { reason: 'signal' } });
    expect(run.item('a.txt').attempts).toBe(2);
    expect(run.item('b.txt').attempts).toBe(1);
  });

  it('sets an item aside that kills its worker every time, and finishes the others', async () => {
    const files = { 'bad.txt': 'exit 9\nxxxxx', 'c.txt': 'fine', 'killer.txt': 'kill SIGSEGV\nxxxxxxxxxx' };
    const run = await new EngineRig().run({ steps: [{ ...midway, retries: 1 }], files, devices: 'cpu:2' });
    expect(await run.status()).toMatchObject({ status: 'completed-with-failures', items: { complete: 1, failed: 2 } });
    expect(run.item('bad.txt')).toMatchObject({ attempts: 2, failure: { reason: 'exit-code' } });
    expect(run.item('killer.txt')).toMatchObject({
      attempts: 2,
      failure: { reason: 'signal', evidence: 'ended by SIGSEGV' },
    });
    expect(run.outputs().filter((name) => !name.includes('failed'))).toEqual(['c.out']);
  });

  it('judges what a worker never spoke of by its end and its outputs', async () => {
    const files = { 'a.txt': 'aaa', 'b.txt': 'bb' };
    const run = await new EngineRig().run({ steps: [shell('silent.sh')], files });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 2 }, workers: [{ starts: 2 }] });
    expect(run.log()).toContain('=== Restart 2 at ');
  });

  it('gives up on a worker that ends with success and without a word; its items count no attempt, and the run says why', async () => {
    const run = await new EngineRig().run({
      steps: [shell('exits-at-once.sh')],
      files: { 'a.txt': 'aaa', 'b.txt': 'bb' },
    });
    const status = await run.status();
    expect(status.status).toBe('failed');
    expect(status.items.complete).toBe(0);
    expect(run.items().map(({ status: state, attempts }) => [state, attempts])).toEqual([
      ['pending', 0],
      ['pending', 0],
    ]);
    const why = 'no worker is left: worker_0 on CPU slot 0: 3 starts in a row ended without any item';
    expect(status.steps[0]?.reason).toBe(why);
    expect(run.runLog().filter(({ level }) => level === 'ERROR')).toMatchObject([
      { message: `step 1 (work) cannot go on: ${why}`, fields: { advice: expect.stringContaining('resume') } },
    ]);
  });

  it('does not wait for anything of workers that end the moment they start', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}.txt`, 'x']));
    const run = await new EngineRig().run({ steps: [shell('exits-at-once.sh')], files, devices: 'cpu:12' });
    expect((await run.status()).status).toBe('failed');
    expect(run.eventsOf('worker-ended').every(({ exit_code }) => exit_code === 0)).toBe(true);
    expect(run.eventsOf('worker-ended').length).toBeGreaterThan(12);
  });

  it('takes a worker out of the pool that cannot load, says why, and lets the others do its items', async () => {
    const script = `[ "$DROVER_RANK" = 0 ] && exec sh "$1"; exec "$2" "$3"`;
    const command = ['sh', '-c', script, 'sh', worker('fails-to-load.sh'), '{node}', worker('copies-queue.mjs')];
    const files = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`f${index}.txt`, '200']));
    const run = await new EngineRig().run({ steps: [queue(command)], files, devices: 'cpu:2' });
    const status = await run.status();
    expect(status).toMatchObject({ status: 'completed', items: { complete: 6, failed: 0 } });
    expect(run.items().every(({ attempts }) => attempts === 1)).toBe(true);
    expect(status.workers[0]?.waiting).toMatch(/^left the pool: a start ended without any item: missing-module/);
    expect(status.workers[0]).toMatchObject({ status: 'failed', exit_code: 1, reason: 'missing-module' });
    expect(run.eventsOf('worker-ended')[0]?.failure?.evidence).toBe("ModuleNotFoundError: No module named 'torch'");
  });

  it('is started once where the code of a model is not trusted, and the end names the parameter in a whole sentence', async () => {
    const said =
      'trust_remote_code is false, and the model in /models/x brings Python code of its own, which would run with all your rights.';
    const command = ['sh', '-c', 'echo "$(date) - setup - ERROR - $0" >&2; exit 1', said];
    const run = await new EngineRig().run({ steps: [queue(command)], files: { 'a.txt': 'a', 'b.txt': 'b' } });
    const status = await run.status();
    expect(status).toMatchObject({ status: 'failed', workers: [{ starts: 1, reason: 'code-not-trusted' }] });
    expect(run.eventsOf('worker-ended')[0]?.failure?.evidence).toContain(said);
    expect(status.steps[0]?.reason).toContain(said);
  });

  it('skips lines in a report file that are no reports, says so, and takes the honest ones', async () => {
    const run = await new EngineRig().run({
      steps: [shell('reports-garbage.sh')],
      files: { 'a.txt': 'a', 'b.txt': 'b' },
    });
    expect(await run.status()).toMatchObject({ status: 'completed', workers: [{ starts: 1 }] });
    const said = run.complaints('validator').filter(({ message }) => message.includes('not a report'));
    expect(said.length).toBeGreaterThanOrEqual(12);
    expect(said[0]?.fields).toEqual({ line: 'this is not JSON' });
    for (const line of said) expect(JSON.stringify(line).length).toBeLessThan(2_000);
  });

  it('ignores reports about files that the worker does not have, and says so', async () => {
    const files = { 'a.txt': 'aaa', 'b.txt': 'bb', 'c.txt': 'c' };
    const run = await new EngineRig().run({ steps: [shell('reports-strangers.sh')], files });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 3, failed: 0 } });
    expect(run.items().map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    const said = run.complaints('validator');
    expect(said.filter(({ message }) => message.includes('never given'))).toHaveLength(3);
    expect(said.filter(({ message }) => message.includes('does not have'))).toHaveLength(6);
    expect(said[0]?.fields).toEqual({ file: '/nowhere/stranger.txt', status: 'complete' });
  });

  it('takes the first word on an item that is reported twice, and warns of the second', async () => {
    const run = await new EngineRig().run({
      steps: [shell('reports-twice.sh')],
      files: { 'a.txt': 'aa', 'b.txt': 'b' },
    });
    expect(await run.status()).toMatchObject({ status: 'completed', items: { complete: 2, failed: 0 } });
    expect(
      run.complaints('validator').map(({ fields }) => [basename(String(fields?.['file'])), fields?.['status']]),
    ).toEqual([
      ['a.txt', 'failed'],
      ['b.txt', 'failed'],
    ]);
    expect(run.state().ignored).toBe(0);
  });

  it('knows a file that is reported by its bare name', async () => {
    const run = await new EngineRig().run({
      steps: [shell('reports-by-name.sh')],
      files: { 'a.txt': 'aa', 'b.txt': 'b' },
    });
    expect((await run.status()).status).toBe('completed');
  });

  it('fails an item that is reported complete without its output, and goes on with the same worker', async () => {
    const script = `. "$1"; while read -r line; do item "$line"; [ "\${file##*/}" = a.txt ] || cp "$file" "$output"; report complete "$file"; done`;
    const step = queue(['sh', '-c', script, 'sh', worker('queue-item.sh')]);
    const run = await new EngineRig().run({ steps: [step], files: { 'a.txt': 'aa', 'b.txt': 'b' } });
    expect(await run.status()).toMatchObject({
      status: 'completed-with-failures',
      workers: [{ starts: 1, exit_code: 0 }],
    });
    expect(run.item('a.txt').failure?.reason).toBe('output-missing');
  });

  it('cuts out of the log exactly what belongs to each item', async () => {
    const run = await new EngineRig().run({ steps: [copies], files: { 'a.txt': '0 a', 'b.txt': '0 bb' } });
    const log = readFileSync(run.logPath());
    for (const item of run.items()) {
      const [[, from, to] = [0, 0, 0]] = item.spans;
      expect(log.toString('utf8', from, to ?? 0)).toBe(`begin ${item.file}\nend ${item.file}\n`);
    }
  });

  it('ends a worker that never reads its input when its item takes too long', async () => {
    const step = queue(['{node}', worker('never-reads.mjs')], { timeout_seconds: 0.3 });
    const run = await new EngineRig().run({ steps: [step] });
    expect(await run.status()).toMatchObject({ status: 'failed', workers: [{ status: 'failed', reason: 'timeout' }] });
    expect(run.item('a.txt')).toMatchObject({ attempts: 1, failure: { reason: 'timeout' } });
  });

  it('ends what a dead worker leaves running, also in a session of its own, before the next start', async () => {
    const script = 'setsid sleep 303 & sleep 304 & read -r line; exit 3';
    const rig = new EngineRig();
    const run = await rig.run({ steps: [queue(['sh', '-c', script], { retries: 1 })] });
    expect((await run.status()).status).toBe('failed');
    expect(rig.processes()).toEqual([]);
    const said = run.complaints('validator').filter(({ message }) => message.includes('left processes behind'));
    expect(said.map(({ fields }) => fields)).toEqual([{ processes: 2 }, { processes: 2 }]);
  });
});
